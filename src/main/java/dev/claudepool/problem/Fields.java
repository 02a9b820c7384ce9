package dev.claudepool.problem;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** How much of each item a list shows. */
public enum Fields {
    /** A summary. */
    SUMMARY,
    /** All of it, as one asks for the item by itself; the page ends early where that is much. */
    FULL;

    @JsonValue
    String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}

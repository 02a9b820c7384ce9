package dev.claudepool.problem;

import com.fasterxml.jackson.annotation.JsonValue;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.Locale;

/** How much of each item a list shows. */
@Schema(enumAsRef = true)
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

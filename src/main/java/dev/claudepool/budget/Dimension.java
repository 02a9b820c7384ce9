package dev.claudepool.budget;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** The dimensions that spend can be grouped by. */
enum Dimension {
    SLOT,
    TAG,
    MODEL;

    @JsonValue
    String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}

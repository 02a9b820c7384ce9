package dev.claudepool.budget;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** By what spend is told apart. */
enum Dimension {
    SLOT,
    TAG,
    MODEL;

    @JsonValue
    String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}

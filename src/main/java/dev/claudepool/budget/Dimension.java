package dev.claudepool.budget;

import com.fasterxml.jackson.annotation.JsonValue;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.Locale;

/** The dimensions that spend can be grouped by. */
@Schema(enumAsRef = true, name = "SpendDimension")
enum Dimension {
    SLOT,
    TAG,
    MODEL;

    @JsonValue
    String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}

package dev.claudepool.claude;

import com.fasterxml.jackson.annotation.JsonValue;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.Locale;

/** How much the model thinks; in JSON the lower-case name. */
@Schema(enumAsRef = true)
public enum Effort {
    /** The CLI has no such level; it is run as {@link #LOW}. */
    MIN,
    LOW,
    MEDIUM,
    HIGH,
    MAX;

    @JsonValue
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    String cliName() {
        return this == MIN ? LOW.wireName() : wireName();
    }
}

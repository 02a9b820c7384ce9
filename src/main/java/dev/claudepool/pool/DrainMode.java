package dev.claudepool.pool;

import com.fasterxml.jackson.annotation.JsonValue;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.Locale;

/** What a drain does with queued tasks, and with those that it interrupts. */
@Schema(enumAsRef = true)
enum DrainMode {
    /** They are cancelled. */
    CANCEL,
    /** They wait for the next start of the service. */
    KEEP;

    @JsonValue
    String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}

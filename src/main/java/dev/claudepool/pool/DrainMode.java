package dev.claudepool.pool;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What becomes of the tasks that still wait when the pool is drained, and of those that it has to interrupt. */
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

package dev.claudepool.pool;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** Whether a drain cancels or keeps the queued tasks, and those that it has to interrupt. */
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

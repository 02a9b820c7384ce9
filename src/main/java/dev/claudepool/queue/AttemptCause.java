package dev.claudepool.queue;

import dev.claudepool.task.TaskState;
import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** Why an attempt was started. */
@Schema(enumAsRef = true)
enum AttemptCause {
    /** It is the first of its task. */
    FIRST,
    /** The one before failed. */
    RETRY,
    /** The provider had limited the requests. */
    RATE_LIMIT,
    /** The service was stopped during the one before. */
    RESTART,
    /** The service died during the one before. */
    RECOVERY;

    /**
     * Returns the cause of another attempt.
     *
     * @param before how the one before ended; null when that is not known, since an older version carried it out
     */
    static AttemptCause of(TaskState.Queued queued, @Nullable AttemptOutcome before) {
        return switch (before) {
            case DEFERRED -> RATE_LIMIT;
            case INTERRUPTED -> RESTART;
            case LOST -> RECOVERY;
            case SUCCEEDED, FAILED, CANCELLED -> RETRY;
            case null -> queued.interrupted() ? RESTART : RETRY;
        };
    }
}

package dev.claudepool.queue;

import dev.claudepool.claude.Answer;
import dev.claudepool.claude.Failure;
import dev.claudepool.task.TaskError;
import org.jspecify.annotations.Nullable;

/**
 * The end of an attempt.
 *
 * @param code why it failed or was deferred, as in the error of a task; null otherwise
 * @param model the model that answered; null when none did
 */
record AttemptEnd(
        AttemptOutcome outcome,
        @Nullable String code,
        @Nullable String model) {

    static final AttemptEnd CANCELLED = new AttemptEnd(AttemptOutcome.CANCELLED, null, null);
    static final AttemptEnd INTERRUPTED = new AttemptEnd(AttemptOutcome.INTERRUPTED, null, null);
    static final AttemptEnd LOST = new AttemptEnd(AttemptOutcome.LOST, null, null);
    static final AttemptEnd UNREADABLE =
            new AttemptEnd(AttemptOutcome.FAILED, TaskError.unreadable().code(), null);

    static AttemptEnd succeeded(Answer answer) {
        return new AttemptEnd(AttemptOutcome.SUCCEEDED, null, answer.model());
    }

    static AttemptEnd failed(Failure failure) {
        return new AttemptEnd(AttemptOutcome.FAILED, failure.code().code(), null);
    }

    static AttemptEnd deferred(Failure failure) {
        return new AttemptEnd(AttemptOutcome.DEFERRED, failure.code().code(), null);
    }
}

package dev.claudepool.submit;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.claudepool.budget.Money;
import dev.claudepool.dispatch.Waiting;
import dev.claudepool.dispatch.WaitingReason;
import dev.claudepool.task.Labels;
import dev.claudepool.task.TaskError;
import dev.claudepool.task.TaskOutline;
import dev.claudepool.task.TaskState;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A task in a list, without what may be long.
 *
 * @param cancelling whether it runs, and is being stopped
 * @param labels what the client calls it
 * @param prompt its first 200 characters
 * @param waitingFor why a queued task waits, as in the task itself
 * @param waiting the same with more about it
 * @param retryOf the ended task that it repeats
 * @param spentUsd what all attempts cost, in USD
 */
record TaskSummary(
        UUID id,
        TaskState.Name state,
        boolean cancelling,
        @JsonUnwrapped Labels labels,
        String prompt,
        int priority,
        Instant createdAt,
        @Nullable Instant startedAt,
        @Nullable Instant finishedAt,
        int attempts,
        @Nullable String slotId,
        @Nullable UUID sessionId,
        @Nullable WaitingReason waitingFor,
        @Nullable Waiting waiting,
        Money spentUsd,
        @Nullable TaskError error,
        @Nullable UUID chainId,
        @Nullable UUID fanOutId,
        @Nullable UUID retryOf)
        implements TaskItem {

    static TaskSummary of(TaskOutline task, @Nullable Waiting waiting) {
        return new TaskSummary(
                task.id(),
                task.state(),
                task.cancelling(),
                task.spec().labels(),
                task.spec().preview(),
                task.priority(),
                task.createdAt(),
                task.startedAt(),
                task.finishedAt(),
                task.attempts(),
                task.slotId(),
                task.sessionId(),
                waiting == null ? null : waiting.reason(),
                waiting,
                task.spent(),
                task.error(),
                task.origin().chainId(),
                task.origin().fanOutId(),
                task.origin().retryOf());
    }

    @Override
    public String toString() {
        return "TaskSummary[" + id + " " + state + "]";
    }
}

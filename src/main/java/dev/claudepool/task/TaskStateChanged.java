package dev.claudepool.task;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.claudepool.budget.Money;
import dev.claudepool.event.EventData;
import dev.claudepool.event.EventType;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The data of {@code task.state}.
 *
 * @param attempts how many attempts count
 * @param notBefore when a queued task can be claimed, where that is later than its creation
 * @param interrupted true for a task that goes on after the service was stopped
 * @param sessionId the session of a running task
 * @param cancelling whether a running task has been asked to stop
 * @param spentUsd what all attempts of an ended task cost, in USD
 * @param error why a task failed
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record TaskStateChanged(
        TaskState.Name state,
        int attempts,
        @Nullable Instant notBefore,
        @Nullable Boolean interrupted,
        @Nullable UUID sessionId,
        @Nullable Boolean cancelling,
        @Nullable Money spentUsd,
        @Nullable ErrorSummary error)
        implements EventData {

    static TaskStateChanged of(Task task) {
        return switch (task.state()) {
            case TaskState.Queued queued ->
                new TaskStateChanged(
                        TaskState.Name.QUEUED,
                        task.attempts(),
                        queued.notBefore().isAfter(task.createdAt()) ? queued.notBefore() : null,
                        queued.interrupted() ? true : null,
                        null,
                        null,
                        null,
                        null);
            case TaskState.Running running ->
                new TaskStateChanged(
                        TaskState.Name.RUNNING,
                        task.attempts(),
                        null,
                        null,
                        task.sessionId(),
                        running.cancelling(),
                        null,
                        null);
            case TaskState.Ended ended ->
                new TaskStateChanged(
                        ended.name(),
                        task.attempts(),
                        null,
                        null,
                        null,
                        null,
                        task.spend().usd(),
                        ended instanceof TaskState.Failed failed ? ErrorSummary.of(failed.error()) : null);
        };
    }

    /** Returns whether the running task has been asked to stop. */
    public boolean asksToStop() {
        return Boolean.TRUE.equals(cancelling);
    }

    @Override
    public EventType type() {
        return EventType.TASK_STATE;
    }

    @Override
    public boolean ends() {
        return state.isFinal();
    }
}

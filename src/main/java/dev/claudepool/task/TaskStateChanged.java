package dev.claudepool.task;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.claudepool.budget.Money;
import dev.claudepool.budget.Tokens;
import dev.claudepool.claude.Answer;
import dev.claudepool.event.EventData;
import dev.claudepool.event.EventType;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The data of {@code task.state}, from which a client can draw the task with no further request. Which members there
 * are depends on the state.
 *
 * @param attempts how many attempts count
 */
public record TaskStateChanged(
        TaskState.Name state,
        int attempts,
        @JsonUnwrapped @Nullable Queued queued,
        @JsonUnwrapped @Nullable Running running,
        @JsonUnwrapped @Nullable Ended ended)
        implements EventData {

    static TaskStateChanged of(Task task) {
        TaskState.Name name = task.state().name();
        return switch (task.state()) {
            case TaskState.Queued queued ->
                new TaskStateChanged(name, task.attempts(), Queued.of(task, queued), null, null);
            case TaskState.Running running ->
                new TaskStateChanged(
                        name, task.attempts(), null, new Running(task.sessionId(), running.cancelling()), null);
            case TaskState.Ended ended ->
                new TaskStateChanged(name, task.attempts(), null, null, Ended.of(task, ended));
        };
    }

    /** Returns whether the running task has been asked to stop. */
    public boolean asksToStop() {
        return running != null && running.cancelling();
    }

    @Override
    public EventType type() {
        return EventType.TASK_STATE;
    }

    @Override
    public boolean ends() {
        return state.isFinal();
    }

    /**
     * A task that waits, and how it was asked for.
     *
     * @param preview the first 200 characters of the prompt
     * @param slot the only slot that may run it
     * @param role the role that a slot must have to run it
     * @param model the model that it asks for
     * @param notBefore when it can be claimed, where that is later than its creation
     * @param interrupted true where it goes on after the service was stopped
     * @param retryOf the ended task that it repeats
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Queued(
            @Nullable String name,
            String preview,
            List<String> tags,
            int priority,
            @Nullable String slot,
            @Nullable String role,
            @Nullable String model,
            @Nullable Instant notBefore,
            @Nullable Boolean interrupted,
            @Nullable UUID retryOf) {

        private static Queued of(Task task, TaskState.Queued state) {
            TaskSpec spec = task.spec();
            return new Queued(
                    spec.labels().name(),
                    spec.preview(),
                    spec.labels().tags(),
                    spec.priority(),
                    spec.slot(),
                    spec.role(),
                    spec.config().model(),
                    state.notBefore().isAfter(task.createdAt()) ? state.notBefore() : null,
                    state.interrupted() ? true : null,
                    task.origin().retryOf());
        }
    }

    /**
     * A task that runs.
     *
     * @param cancelling whether it has been asked to stop
     */
    public record Running(@Nullable UUID sessionId, boolean cancelling) {}

    /**
     * A task that has ended.
     *
     * @param waitMs the time from its creation to its first start, in milliseconds; to its end where it never started
     * @param runMs the time from its first start to its end, in milliseconds; 0 where it never started
     * @param spentUsd what all attempts cost, in USD
     * @param tokens the tokens of all attempts
     * @param turns the model turns of the last attempt, of a task that succeeded
     * @param model the model that answered, of a task that succeeded
     * @param error why it failed
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Ended(
            long waitMs,
            long runMs,
            Money spentUsd,
            Tokens tokens,
            @Nullable Integer turns,
            @Nullable String model,
            @Nullable ErrorSummary error) {

        private static Ended of(Task task, TaskState.Ended state) {
            Instant started = task.startedAt() == null ? state.finishedAt() : task.startedAt();
            Answer answer = state instanceof TaskState.Succeeded succeeded ? succeeded.answer() : null;
            return new Ended(
                    millis(task.createdAt(), started),
                    millis(started, state.finishedAt()),
                    task.spend().usd(),
                    task.spend().tokens(),
                    answer == null ? null : answer.turns(),
                    answer == null ? null : answer.model(),
                    state instanceof TaskState.Failed failed ? ErrorSummary.of(failed.error()) : null);
        }

        /** The wall clock may have been set back. */
        private static long millis(Instant from, Instant to) {
            return Math.max(0, Duration.between(from, to).toMillis());
        }
    }
}

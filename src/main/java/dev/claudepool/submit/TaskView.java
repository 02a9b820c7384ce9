package dev.claudepool.submit;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.claudepool.budget.Money;
import dev.claudepool.budget.ReservationDecision;
import dev.claudepool.budget.Reservations;
import dev.claudepool.queue.QueuePause;
import dev.claudepool.store.MonotonicClock;
import dev.claudepool.task.HoldReason;
import dev.claudepool.task.Labels;
import dev.claudepool.task.Origin;
import dev.claudepool.task.Task;
import dev.claudepool.task.TaskError;
import dev.claudepool.task.TaskOutline;
import dev.claudepool.task.TaskResult;
import dev.claudepool.task.TaskSpec;
import dev.claudepool.task.TaskState;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * A task as clients see it.
 *
 * @param cancelling whether it runs, and is being stopped
 * @param labels what the client calls it
 * @param waitingFor why a queued task waits; null otherwise
 * @param retryOf the ended task that it repeats
 */
public record TaskView(
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
        @Nullable TaskResult result,
        @Nullable TaskError error,
        @Nullable UUID chainId,
        @Nullable UUID fanOutId,
        @Nullable UUID retryOf)
        implements TaskItem {

    @Override
    public String toString() {
        return "TaskView[" + id + " " + state + "]";
    }

    /** Makes views of tasks, which depend on the time and on whether the queue is paused. */
    @Component
    public static class Factory {

        private final QueuePause pause;
        private final Reservations reservations;
        private final MonotonicClock clock;

        Factory(QueuePause pause, Reservations reservations, MonotonicClock clock) {
            this.pause = pause;
            this.reservations = reservations;
            this.clock = clock;
        }

        public TaskView of(Task task) {
            return now().apply(task);
        }

        /** Makes views of many tasks, all as of now; for one thread, and not for long. */
        public Function<Task, TaskView> now() {
            Queue now = new Queue();
            return task -> view(
                    task,
                    task.state() instanceof TaskState.Queued queued
                            ? now.waitingFor(queued, task.spec(), task.origin())
                            : null);
        }

        /** Makes summaries of many tasks, in the same way. */
        Function<TaskOutline, TaskSummary> summaries() {
            Queue now = new Queue();
            return task -> TaskSummary.of(
                    task, task.queued() == null ? null : now.waitingFor(task.queued(), task.spec(), task.origin()));
        }

        private boolean isPayable(Expense expense) {
            return reservations.quote(expense.limit(), expense.flows()) instanceof ReservationDecision.Granted;
        }

        private static TaskView view(Task task, @Nullable WaitingReason waitingFor) {
            return new TaskView(
                    task.id(),
                    task.state().name(),
                    task.state() instanceof TaskState.Running running && running.cancelling(),
                    task.spec().labels(),
                    task.spec().prompt(),
                    task.spec().priority(),
                    task.createdAt(),
                    task.startedAt(),
                    task.state() instanceof TaskState.Ended ended ? ended.finishedAt() : null,
                    task.attempts(),
                    task.slotId(),
                    task.sessionId(),
                    waitingFor,
                    result(task),
                    error(task.state()),
                    task.origin().chainId(),
                    task.origin().fanOutId(),
                    task.origin().retryOf());
        }

        private static @Nullable TaskResult result(Task task) {
            return switch (task.state()) {
                case TaskState.Succeeded succeeded -> TaskResult.of(succeeded.answer(), task.spend());
                case TaskState.Failed _, TaskState.Cancelled _ ->
                    task.epoch() == 0 ? null : TaskResult.costOnly(task.spend());
                case TaskState.Queued _, TaskState.Running _ -> null;
            };
        }

        private static @Nullable TaskError error(TaskState state) {
            return switch (state) {
                case TaskState.Failed failed -> failed.error();
                case TaskState.Cancelled _ -> TaskError.cancelled();
                case TaskState.Queued _, TaskState.Running _, TaskState.Succeeded _ -> null;
            };
        }

        /** What a task may cost, and the flows it draws on; alike for most tasks of a fan-out. */
        private record Expense(@Nullable Money limit, List<UUID> flows) {}

        /** The queue at one moment. */
        private final class Queue {

            private final boolean paused = pause.isPaused();
            private final Instant now = clock.instant();
            private final Map<Expense, Boolean> payable = new HashMap<>();

            WaitingReason waitingFor(TaskState.Queued queued, TaskSpec spec, Origin origin) {
                if (paused) {
                    return WaitingReason.PAUSED;
                }
                if (queued.notBefore().isAfter(now)) {
                    return WaitingReason.NOT_BEFORE;
                }
                HoldReason hold = queued.hold();
                if (hold != null) {
                    return WaitingReason.of(hold);
                }
                Expense expense = new Expense(spec.limit(), origin.flows());
                return payable.computeIfAbsent(expense, Factory.this::isPayable)
                        ? WaitingReason.SLOT
                        : WaitingReason.BUDGET;
            }
        }
    }
}

package dev.claudepool.submit;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.claudepool.dispatch.Waiting;
import dev.claudepool.dispatch.WaitingReason;
import dev.claudepool.dispatch.Waits;
import dev.claudepool.task.Labels;
import dev.claudepool.task.Task;
import dev.claudepool.task.TaskError;
import dev.claudepool.task.TaskOutline;
import dev.claudepool.task.TaskResult;
import dev.claudepool.task.TaskState;
import java.time.Instant;
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
 * @param waiting the same with more about it
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
        @Nullable Waiting waiting,
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

    /** Makes views of tasks, which depend on the time and on what else is in the queue. */
    @Component
    public static class Factory {

        private final Waits waits;

        Factory(Waits waits) {
            this.waits = waits;
        }

        public TaskView of(Task task) {
            return view(task, waits.of(task));
        }

        /** Makes views of many tasks, all as of now; for one thread, and not for long. */
        public Function<Task, TaskView> now() {
            Waits.Snapshot now = waits.now();
            return task -> view(task, now.of(task));
        }

        /** Makes summaries of many tasks, in the same way. */
        Function<TaskOutline, TaskSummary> summaries() {
            Waits.Snapshot now = waits.now();
            return task -> TaskSummary.of(task, now.of(task));
        }

        private static TaskView view(Task task, @Nullable Waiting waiting) {
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
                    waiting == null ? null : waiting.reason(),
                    waiting,
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
    }
}

package dev.claudepool.submit;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.claudepool.problem.ProblemCode;
import dev.claudepool.problem.ProblemException;
import dev.claudepool.task.Task;
import dev.claudepool.task.TaskError;
import dev.claudepool.task.TaskResult;
import dev.claudepool.task.TaskState;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The result of a task that succeeded, with the ids to go on from.
 *
 * @param result the members of the result itself
 * @param taskId the task, for {@code session} of a follow-up
 * @param sessionId its session
 */
public record RunResult(
        @JsonUnwrapped TaskResult result,
        UUID taskId,
        @Nullable UUID sessionId) {

    /**
     * The result of a task that has ended.
     *
     * @throws ProblemException when it failed or was cancelled
     */
    static RunResult of(Task task) {
        return switch (task.state()) {
            case TaskState.Succeeded succeeded ->
                new RunResult(TaskResult.of(succeeded.answer(), task.spend()), task.id(), task.sessionId());
            case TaskState.Failed failed -> throw problem(task, failed.error());
            case TaskState.Cancelled _ -> throw problem(task, TaskError.cancelled());
            case TaskState.Queued _, TaskState.Running _ -> throw new IllegalStateException(task + " has not ended");
        };
    }

    private static ProblemException problem(Task task, TaskError error) {
        ProblemCode code = switch (error.code()) {
            case "task-cancelled" -> ProblemCode.TASK_CANCELLED;
            case "task-timed-out" -> ProblemCode.TASK_TIMED_OUT;
            case "budget-exceeded" -> ProblemCode.BUDGET_EXCEEDED;
            default -> ProblemCode.TASK_FAILED;
        };
        return new ProblemException(code, "The task ended with " + error.code())
                .withLocation(TaskController.location(task))
                .with("taskId", task.id())
                .with("error", error)
                .with("spentUsd", task.spend().usd());
    }
}

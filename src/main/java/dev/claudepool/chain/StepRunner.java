package dev.claudepool.chain;

import dev.claudepool.flow.FlowTasks;
import dev.claudepool.queue.BackOff;
import dev.claudepool.task.Task;
import dev.claudepool.task.TaskError;
import dev.claudepool.task.TaskState;
import dev.claudepool.template.OutputVars;
import java.time.Duration;
import java.time.InstantSource;
import java.util.UUID;
import java.util.function.Function;
import org.springframework.stereotype.Component;

/** Makes the tasks of steps, and decides what follows when they end; inside the caller's transaction. Thread-safe. */
@Component
class StepRunner {

    private static final Duration LONGEST_BACKOFF = Duration.ofHours(1);

    private final StepTaskFactory stepTasks;
    private final FlowTasks tasks;
    private final OutputVars outputVars;
    private final InstantSource clock;

    StepRunner(StepTaskFactory stepTasks, FlowTasks tasks, OutputVars outputVars, InstantSource clock) {
        this.stepTasks = stepTasks;
        this.tasks = tasks;
        this.outputVars = outputVars;
        this.clock = clock;
    }

    /** Makes the first task of a step. */
    Step begun(Chain chain, Step step) {
        StepState.Pending pending = new StepState.Pending();
        return make(chain, step, stepTasks.of(chain, step), Duration.ZERO, pending::begun, pending::failed);
    }

    /** Queues the task that was made of a step, which fails where none could be. */
    private Step make(
            Chain chain,
            Step step,
            StepTaskFactory.StepTaskResult made,
            Duration delay,
            Function<UUID, StepState.Running> begun,
            Function<TaskError, StepState.Failed> failed) {
        return switch (made) {
            case StepTaskFactory.StepTaskResult.Possible(var spec) -> {
                Task task = tasks.add(spec, chain.origin(step), chain.createdAt(), delay, null);
                yield step.withTask(begun.apply(task.id()), clock.instant());
            }
            case StepTaskFactory.StepTaskResult.Impossible(TaskError reason) -> finished(step, failed.apply(reason));
        };
    }

    private Step finished(Step step, StepState.Final end) {
        return step.finished(end, clock.instant());
    }

    /** The step after its task has ended: done, failed, tried again or being recovered from. */
    Step ended(Chain chain, Step step, StepState.Running running, Task task, TaskState.Ended ended) {
        return switch (ended) {
            case TaskState.Cancelled _ -> finished(step, running.cancelled());
            case TaskState.Failed failed -> failed(chain, step, running, task, failed.error());
            case TaskState.Succeeded succeeded ->
                switch (outputVars.of(
                        succeeded.answer().output(),
                        succeeded.answer().structuredOutput(),
                        chain.specOf(step).outputVars())) {
                    case OutputVars.Found(var values) -> finished(step, running.succeeded(values));
                    case OutputVars.Missing(String message) ->
                        failed(
                                chain,
                                step,
                                running,
                                task,
                                new TaskError("output-var-missing", message, true, null, null));
                };
        };
    }

    /** Returns the error of a task that could not be paid before it started. */
    private Step failed(Chain chain, Step step, StepState.Running running, Task task, TaskError error) {
        StepSpec.FailurePolicy policy = chain.specOf(step).failurePolicy();
        String recoveryPrompt = policy.recoveryPrompt();
        if (chain.isHalted() || task.epoch() == 0 || running.recovers()) {
            return finished(step, running.failed(error));
        }
        if (running.failures() < policy.retries()) {
            Duration delay = new BackOff(policy.backoff(), LONGEST_BACKOFF).after(running.failures() + 1);
            return make(chain, step, stepTasks.of(chain, step), delay, running::again, running::failed);
        }
        if (recoveryPrompt == null) {
            return finished(step, running.failed(error));
        }
        UUID session = task.sessionId() == null ? null : task.id();
        StepTaskFactory.StepTaskResult recovery =
                stepTasks.ofRecovery(chain, step, recoveryPrompt, error.message(), session);
        return make(chain, step, recovery, Duration.ZERO, running::recovering, running::failed);
    }
}

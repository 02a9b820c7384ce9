package dev.claudepool.chain;

import dev.claudepool.task.TaskError;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The state of a step. Each state holds only what exists in it, and its methods are the only ways out of it.
 *
 * <pre>
 *             {@link Pending#begun}             {@link Running#succeeded}
 *   PENDING ------------------&gt; RUNNING ------------------&gt; SUCCEEDED | RECOVERED
 *     |  ^                      |  |  |
 *     |  |     {@link Running#again}     |  |  +--------------------&gt; FAILED
 *     |  |   {@link Running#recovering}   +--+       {@link Running#failed}
 *     |  |                         |
 *     |  |                         +---------------------&gt; CANCELLED
 *     |  |  {@link Ended#reset}                   {@link Running#cancelled}
 *     |  +------------- FAILED | CANCELLED | SKIPPED
 *     |                                       ^
 *     +---------------------------------------+
 *                  {@link Pending#skipped}
 * </pre>
 */
sealed interface StepState {

    /** Its name in the API and the store. */
    Name name();

    /** The latest task that was made for it; null when there is none. */
    @Nullable
    UUID taskId();

    /** The names of the states. */
    @Schema(enumAsRef = true, name = "StepState")
    enum Name {
        PENDING,
        RUNNING,
        SUCCEEDED,
        RECOVERED,
        FAILED,
        SKIPPED,
        CANCELLED
    }

    /** No task of the step is queued or runs, nor will be unless the chain is retried. */
    sealed interface Final extends StepState {}

    /** The step ended without an output, and only a retry of the chain can change that. */
    sealed interface Ended extends Final {
        default Pending reset() {
            return new Pending();
        }
    }

    /** Its turn has not come. */
    record Pending() implements StepState {
        Running begun(UUID task) {
            return new Running(task, 0, false);
        }

        Failed failed(TaskError error) {
            return new Failed(null, error);
        }

        Skipped skipped() {
            return new Skipped();
        }

        @Override
        public Name name() {
            return Name.PENDING;
        }

        @Override
        public @Nullable UUID taskId() {
            return null;
        }
    }

    /**
     * Its task is queued or runs.
     *
     * @param failures how many tasks have failed before
     * @param recovers whether the task has the recovery prompt
     */
    record Running(UUID taskId, int failures, boolean recovers) implements StepState {
        Done succeeded(Map<String, String> variables) {
            return new Done(taskId, variables, recovers);
        }

        Running again(UUID nextTask) {
            return new Running(nextTask, failures + 1, false);
        }

        Running recovering(UUID nextTask) {
            return new Running(nextTask, failures + 1, true);
        }

        Failed failed(TaskError error) {
            return new Failed(taskId, error);
        }

        Cancelled cancelled() {
            return new Cancelled(taskId);
        }

        @Override
        public Name name() {
            return Name.RUNNING;
        }
    }

    /**
     * The step has an output: that of its task.
     *
     * @param variables the values of its output variables
     * @param recovered whether it is the output of the recovery prompt
     */
    record Done(UUID taskId, Map<String, String> variables, boolean recovered) implements Final {
        @Override
        public Name name() {
            return recovered ? Name.RECOVERED : Name.SUCCEEDED;
        }

        @Override
        public String toString() {
            return "Done[" + taskId + "]";
        }
    }

    /**
     * The step has failed for good.
     *
     * @param taskId null when it failed before a task was made
     */
    record Failed(@Nullable UUID taskId, TaskError error) implements Ended {
        @Override
        public Name name() {
            return Name.FAILED;
        }
    }

    /** The chain ended before its turn came. */
    record Skipped() implements Ended {
        @Override
        public Name name() {
            return Name.SKIPPED;
        }

        @Override
        public @Nullable UUID taskId() {
            return null;
        }
    }

    /** Its task was cancelled. */
    record Cancelled(UUID taskId) implements Ended {
        @Override
        public Name name() {
            return Name.CANCELLED;
        }
    }
}

package dev.claudepool.fanout;

import dev.claudepool.task.TaskState;
import io.swagger.v3.oas.annotations.media.Schema;

/**
 * How many elements of a fan-out are in which state. Immutable.
 *
 * @param queued those that have not begun
 */
@Schema(name = "Counts")
record ElementCounts(int queued, int running, int succeeded, int failed, int cancelled) {

    static ElementCounts ofQueued(int queued) {
        return new ElementCounts(queued, 0, 0, 0, 0);
    }

    /** One element went from one state to another. */
    ElementCounts moved(TaskState.Name from, TaskState.Name to) {
        return plus(from, -1).plus(to, 1);
    }

    private ElementCounts plus(TaskState.Name state, int some) {
        return switch (state) {
            case QUEUED -> new ElementCounts(queued + some, running, succeeded, failed, cancelled);
            case RUNNING -> new ElementCounts(queued, running + some, succeeded, failed, cancelled);
            case SUCCEEDED -> new ElementCounts(queued, running, succeeded + some, failed, cancelled);
            case FAILED -> new ElementCounts(queued, running, succeeded, failed + some, cancelled);
            case CANCELLED -> new ElementCounts(queued, running, succeeded, failed, cancelled + some);
        };
    }

    int ended() {
        return succeeded + failed + cancelled;
    }

    /** Returns whether all have ended. */
    boolean areFinal() {
        return queued + running == 0;
    }
}

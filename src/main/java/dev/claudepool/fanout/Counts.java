package dev.claudepool.fanout;

import dev.claudepool.task.TaskState;

/**
 * How many elements of a fan-out are in which state. Immutable.
 *
 * @param queued those that have not begun
 */
record Counts(int queued, int running, int succeeded, int failed, int cancelled) {

    static Counts ofQueued(int queued) {
        return new Counts(queued, 0, 0, 0, 0);
    }

    /** One element went from one state to another. */
    Counts moved(TaskState.Name from, TaskState.Name to) {
        return plus(from, -1).plus(to, 1);
    }

    private Counts plus(TaskState.Name state, int some) {
        return switch (state) {
            case QUEUED -> new Counts(queued + some, running, succeeded, failed, cancelled);
            case RUNNING -> new Counts(queued, running + some, succeeded, failed, cancelled);
            case SUCCEEDED -> new Counts(queued, running, succeeded + some, failed, cancelled);
            case FAILED -> new Counts(queued, running, succeeded, failed + some, cancelled);
            case CANCELLED -> new Counts(queued, running, succeeded, failed, cancelled + some);
        };
    }

    int ended() {
        return succeeded + failed + cancelled;
    }

    /** Whether all have ended. */
    boolean areFinal() {
        return queued + running == 0;
    }
}

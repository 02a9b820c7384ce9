package dev.claudepool.chain;

/**
 * A step of a chain, as far as it has come. Immutable.
 *
 * @param position where it stands in the request, from 0
 * @param attempts how many tasks were made for it
 */
record Step(int position, int attempts, StepState state) {

    static Step pending(int position) {
        return new Step(position, 0, new StepState.Pending());
    }

    Step with(StepState next) {
        return new Step(position, attempts, next);
    }

    /** A task was made for it. */
    Step withTask(StepState.Running next) {
        return new Step(position, attempts + 1, next);
    }

    boolean isDone() {
        return state instanceof StepState.Done;
    }
}

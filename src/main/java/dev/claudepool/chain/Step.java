package dev.claudepool.chain;

import java.util.List;

/**
 * A step of a chain, as far as it has come. Immutable.
 *
 * @param position where it stands in the request, from 0
 * @param needs the positions of the steps that have to be done before it
 * @param attempts how many tasks were made for it
 */
record Step(int position, List<Integer> needs, int attempts, StepState state) {

    static Step pending(int position, List<Integer> needs) {
        return new Step(position, needs, 0, new StepState.Pending());
    }

    Step with(StepState next) {
        return new Step(position, needs, attempts, next);
    }

    /** A task was made for it. */
    Step withTask(StepState.Running next) {
        return new Step(position, needs, attempts + 1, next);
    }

    boolean isDone() {
        return state instanceof StepState.Done;
    }
}

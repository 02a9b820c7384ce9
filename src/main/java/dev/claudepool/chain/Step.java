package dev.claudepool.chain;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A step of a chain, as far as it has come. Immutable.
 *
 * @param position where it stands in the request, from 0
 * @param needs the positions of the steps that have to be done before it
 * @param attempts how many tasks were made for it
 * @param startedAt when the first of these was queued, since the chain began or was retried
 * @param finishedAt when it was done, failed, was cancelled or skipped
 */
record Step(
        int position,
        List<Integer> needs,
        int attempts,
        @Nullable Instant startedAt,
        @Nullable Instant finishedAt,
        StepState state) {

    static Step pending(int position, List<Integer> needs) {
        return new Step(position, needs, 0, null, null, new StepState.Pending());
    }

    /** Returns a copy that may begin again. */
    Step reset(StepState.Pending pending) {
        return new Step(position, needs, attempts, null, null, pending);
    }

    /** A task was made for it. */
    Step withTask(StepState.Running running, Instant now) {
        return new Step(position, needs, attempts + 1, startedAt == null ? now : startedAt, null, running);
    }

    /** It is done, or has ended without an output. */
    Step finished(StepState.Final end, Instant now) {
        return new Step(position, needs, attempts, startedAt, now, end);
    }

    boolean isDone() {
        return state instanceof StepState.Done;
    }
}

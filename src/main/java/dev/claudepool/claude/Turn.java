package dev.claudepool.claude;

import dev.claudepool.budget.Spend;

/** One prompt under way. */
public final class Turn {

    Turn() {}

    /** Sees the turn through, on the caller's thread, and enforces its limits; call it exactly once. */
    public TurnEnding await() throws InterruptedException {
        throw unfinished();
    }

    /** Has the turn end soon; from any thread, any number of times. */
    public void cancel() {
        throw unfinished();
    }

    /** What it has cost as far as is known now. */
    public Spend spend() {
        throw unfinished();
    }

    private static RuntimeException unfinished() {
        return new UnsupportedOperationException();
    }
}

package dev.claudepool.claude;

import dev.claudepool.budget.Spend;

/** One prompt under way. */
@SuppressWarnings("DoNotCallSuggester")
public final class Turn {

    Turn() {}

    /** Sees the turn through, on the caller's thread, and enforces its limits; call it exactly once. */
    public TurnEnding await() throws InterruptedException {
        throw new UnsupportedOperationException();
    }

    /** Has the turn end soon; from any thread, any number of times. */
    public void cancel() {
        throw new UnsupportedOperationException();
    }

    /** What it has cost as far as is known now. */
    public Spend spend() {
        throw new UnsupportedOperationException();
    }
}

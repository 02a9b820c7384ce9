package dev.claudepool.claude;

import dev.claudepool.budget.Spend;

/** Turns the running totals of a session into what one turn has cost. Thread-safe. */
final class SpendMeter {

    private Spend baseline;
    private Spend total;
    private Spend carried = Spend.NOTHING;

    /** @param baseline the running total before the turn */
    SpendMeter(Spend baseline) {
        this.baseline = baseline;
        this.total = baseline;
    }

    /** Takes in a newer running total and says whether it differs. */
    synchronized boolean see(Spend total) {
        boolean changed = !total.equals(this.total);
        this.total = total;
        return changed;
    }

    /** Handles a reset: the running totals count from 0 again. */
    synchronized void restart() {
        carried = spend();
        baseline = Spend.NOTHING;
        total = Spend.NOTHING;
    }

    synchronized Spend total() {
        return total;
    }

    synchronized Spend spend() {
        Spend own = total.since(baseline);
        return carried.plus(own.usd().isNegative() ? Spend.NOTHING : own);
    }
}

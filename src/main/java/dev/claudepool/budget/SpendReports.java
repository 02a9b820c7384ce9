package dev.claudepool.budget;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;

/** Tells what the money was spent on. Thread-safe. */
@Service
public class SpendReports {

    private final LedgerStore ledger;
    private final SpendStore spends;

    SpendReports(LedgerStore ledger, SpendStore spends) {
        this.ledger = ledger;
        this.spends = spends;
    }

    /** Returns what was spent at or after {@code since}. */
    public Money spentSince(Instant since) {
        return ledger.spentSince(since);
    }

    /** Returns what a slot has cost in all. */
    public Money spentBySlot(String slotId) {
        return spends.of(Dimension.SLOT, slotId);
    }

    /**
     * Returns entries of the ledger, youngest first.
     *
     * @param before only entries with a lower number
     * @param task only entries about this task; null for all
     */
    List<LedgerEntry> entriesBefore(long before, @Nullable UUID task, int limit) {
        return ledger.before(before, task, limit);
    }

    /** Returns the entries of the ledger with a number above {@code after}, oldest first. */
    List<LedgerEntry> entriesAfter(long after, int limit) {
        return ledger.after(after, limit);
    }

    /** Returns what each slot, tag or model has cost, by name, starting behind {@code after}. */
    List<SpendShare> shares(Dimension dimension, String after, int limit) {
        return spends.after(dimension, after, limit);
    }
}

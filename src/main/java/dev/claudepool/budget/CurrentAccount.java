package dev.claudepool.budget;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.springframework.stereotype.Component;

/**
 * The pool's account in the current period. Read and change it in a write transaction, or the change of another may be
 * lost.
 */
@Component
class CurrentAccount {

    private final BudgetProperties properties;
    private final AccountStore store;
    private final LedgerStore ledger;
    private final InstantSource clock;

    CurrentAccount(BudgetProperties properties, AccountStore store, LedgerStore ledger, InstantSource clock) {
        this.properties = properties;
        this.store = store;
        this.ledger = ledger;
        this.clock = clock;
    }

    /** Returns the account; a period that began since the last change is stored with the next one. */
    Account get() {
        Account stored = store.get();
        Instant start = properties.period().start(clock.instant(), properties.zoneId());
        return stored.periodStart().equals(start) ? stored : stored.inPeriod(start, ledger.spentSince(start));
    }

    void save(Account account) {
        store.save(account);
    }

    /** Returns when the next period begins; empty when there is only one. */
    Optional<Instant> nextPeriod() {
        return properties.period().end(clock.instant(), properties.zoneId());
    }

    BudgetView view(Account account) {
        return new BudgetView(
                account.cap(),
                account.spentInPeriod(),
                account.reserved(),
                account.remaining(),
                properties.period(),
                nextPeriod().orElse(null),
                account.totalSpent(),
                account.isSpent(),
                account.isSpent() ? whySpent(account) : null);
    }

    static String whySpent(Account account) {
        return account.frozen()
                ? "The cap of " + account.cap() + " was set when " + account.spentInPeriod()
                        + " were spent already; raise it, and the tasks that wait go on"
                : "The cap of " + account.cap() + " is reached: " + account.spentInPeriod() + " are spent";
    }
}

package dev.claudepool.budget;

import dev.claudepool.problem.ProblemCode;
import dev.claudepool.problem.ProblemException;
import dev.claudepool.store.Transactions;
import java.time.Duration;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.stereotype.Service;

/** The cap of the pool's spend, and how much of it is left. Thread-safe. */
@Service
public class Budget implements SmartInitializingSingleton {

    private static final Logger log = LoggerFactory.getLogger(Budget.class);

    private final BudgetProperties properties;
    private final AccountStore accounts;
    private final CurrentAccount account;
    private final LedgerStore ledger;
    private final BudgetEvents events;
    private final Transactions transactions;
    private final InstantSource clock;

    Budget(
            BudgetProperties properties,
            AccountStore accounts,
            CurrentAccount account,
            LedgerStore ledger,
            BudgetEvents events,
            Transactions transactions,
            InstantSource clock) {
        this.properties = properties;
        this.accounts = accounts;
        this.account = account;
        this.ledger = ledger;
        this.events = events;
        this.transactions = transactions;
        this.clock = clock;
    }

    /** Sets the configured cap if the configuration changed since the last start; otherwise the stored one stays. */
    @Override
    public void afterSingletonsInstantiated() {
        Money cap = properties.cap();
        String configured = cap == null ? "" : cap.toUsd().toPlainString();
        transactions.writing(() -> {
            String before = accounts.configuredCap();
            if (!before.equals(configured)) {
                accounts.saveConfiguredCap(configured);
                if (cap != null || !before.equals(AccountStore.NEVER_SEEN)) {
                    setCap(cap);
                }
            }
        });
    }

    /**
     * Refuses a new task that can never be paid. Call it in the transaction that queues the task.
     *
     * @param limit what the task may cost by its own account; null when it does not say
     * @throws ProblemException {@code budget-exceeded} when everything is spent, or so much can never be set aside
     */
    public void check(@Nullable Money limit) {
        Account now = account.get();
        Money cap = now.cap();
        if (cap == null) {
            return;
        }
        if (now.isSpent()) {
            throw exceeded(CurrentAccount.whySpent(now));
        }
        Money most = properties.period() == Period.FOREVER ? cap.minus(now.spentInPeriod()) : cap;
        if (limit != null && limit.compareTo(most) > 0) {
            throw exceeded("maxBudgetUsd is " + limit + ", but the budget has only " + most + " left for it");
        }
    }

    private ProblemException exceeded(String detail) {
        ProblemException problem = new ProblemException(ProblemCode.BUDGET_EXCEEDED, detail);
        return account.nextPeriod()
                .map(begin -> problem.withRetryAfter(Duration.between(clock.instant(), begin)))
                .orElse(problem);
    }

    /** Returns whether nothing is left, nor will be unless the cap is raised, so that waiting tasks wait in vain. */
    public boolean isExhausted() {
        Account now = account.get();
        return now.isSpent()
                && now.reserved().equals(Money.ZERO)
                && !now.frozen()
                && properties.period() == Period.FOREVER;
    }

    /** Returns the cap, and how much is spent and reserved. */
    public BudgetView view() {
        return account.view(account.get());
    }

    /** Returns what was ever spent. */
    public Money total() {
        return accounts.get().totalSpent();
    }

    /** Changes the cap; null for none. Running attempts keep what is reserved for them. */
    BudgetView changeCap(@Nullable Money cap) {
        return transactions.write(() -> account.view(setCap(cap)));
    }

    private Account setCap(@Nullable Money cap) {
        Account after = account.get().withCap(cap);
        account.save(after);
        ledger.append(LedgerEntry.cap(clock.instant(), cap));
        events.changed(account.view(after), "cap", after.warnedPercent());
        log.info("Budget cap was set cap={} spent={} reserved={}", cap, after.spentInPeriod(), after.reserved());
        return after;
    }
}

package dev.claudepool.budget;

import dev.claudepool.event.TestingEventLog;
import dev.claudepool.store.TestDatabase;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** Makes budgets for tests. */
public final class TestingBudget {

    private TestingBudget() {}

    /**
     * The budget that is in {@code database}; a task that does not say so itself gets a dollar.
     *
     * @param cap in USD; null for no cap
     */
    public static Budget of(TestDatabase database, @Nullable String cap) {
        return of(database, properties(cap, Period.FOREVER));
    }

    static BudgetProperties properties(@Nullable String cap, Period period) {
        return new BudgetProperties(cap == null ? null : new BigDecimal(cap), BigDecimal.ONE, period, "UTC");
    }

    static Budget of(TestDatabase database, BudgetProperties properties) {
        Budget budget = new Budget(
                properties,
                new AccountStore(database.jdbc()),
                new LedgerStore(database.jdbc(), database.json()),
                new SpendStore(database.jdbc()),
                new SubAccountStore(database.jdbc()),
                new BudgetEvents(TestingEventLog.of(database)),
                database.transactions(),
                database.clock());
        budget.afterSingletonsInstantiated();
        return budget;
    }
}

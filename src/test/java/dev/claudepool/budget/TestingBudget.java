package dev.claudepool.budget;

import dev.claudepool.event.TestingEventLog;
import dev.claudepool.store.ManualScheduler;
import dev.claudepool.store.TestDatabase;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** The parts of this package, put together over a test database as the application does it. */
public final class TestingBudget {

    public final Budget budget;
    public final Reservations reservations;
    public final SpendReports reports;
    public final FlowAccountStore flows;

    /**
     * The budget that is in {@code database}; a task that sets no maximum gets a dollar.
     *
     * @param cap in USD; null for no cap
     */
    public TestingBudget(TestDatabase database, @Nullable String cap) {
        this(database, cap, Period.FOREVER);
    }

    TestingBudget(TestDatabase database, @Nullable String cap, Period period) {
        BudgetProperties properties =
                new BudgetProperties(cap == null ? null : new BigDecimal(cap), BigDecimal.ONE, period, "UTC");
        LedgerStore ledger = new LedgerStore(database.jdbc(), database.json());
        SpendStore spends = new SpendStore(database.jdbc());
        AccountStore accounts = new AccountStore(database.jdbc());
        CurrentAccount account = new CurrentAccount(properties, accounts, ledger, database.clock());
        BudgetEvents events = new BudgetEvents(
                TestingEventLog.of(database), account, database.transactions(), new ManualScheduler(database.clock()));
        budget = new Budget(properties, accounts, account, ledger, events, database.transactions(), database.clock());
        flows = new FlowAccountStore(database.jdbc());
        reservations = new Reservations(properties, account, flows, ledger, spends, events, database.clock());
        reports = new SpendReports(ledger, spends);
        budget.afterSingletonsInstantiated();
    }
}

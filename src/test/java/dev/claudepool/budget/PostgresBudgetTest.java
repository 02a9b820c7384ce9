package dev.claudepool.budget;

import dev.claudepool.store.PostgresTestDatabase;

class PostgresBudgetTest extends BudgetContract {

    PostgresBudgetTest() {
        super(new PostgresTestDatabase());
    }
}

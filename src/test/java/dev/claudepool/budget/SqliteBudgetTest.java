package dev.claudepool.budget;

import dev.claudepool.store.SqliteTestDatabase;

class SqliteBudgetTest extends BudgetContract {

    SqliteBudgetTest() {
        super(new SqliteTestDatabase());
    }
}

package dev.claudepool.store;

class SqliteTransactionsTest extends TransactionsContract {

    SqliteTransactionsTest() {
        super(new SqliteTestDatabase());
    }
}

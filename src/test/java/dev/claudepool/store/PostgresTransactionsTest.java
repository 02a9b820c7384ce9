package dev.claudepool.store;

class PostgresTransactionsTest extends TransactionsContract {

    PostgresTransactionsTest() {
        super(new PostgresTestDatabase());
    }
}

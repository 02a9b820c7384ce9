package dev.claudepool.store;

class PostgresUnknownCommitTest extends UnknownCommitContract {

    PostgresUnknownCommitTest() {
        super(new PostgresTestDatabase());
    }
}

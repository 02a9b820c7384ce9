package dev.claudepool.store;

class SqliteUnknownCommitTest extends UnknownCommitContract {

    SqliteUnknownCommitTest() {
        super(new SqliteTestDatabase());
    }
}

package dev.claudepool.task;

import dev.claudepool.store.SqliteTestDatabase;

class SqliteAttemptStoreTest extends AttemptStoreContract {

    SqliteAttemptStoreTest() {
        super(new SqliteTestDatabase());
    }
}

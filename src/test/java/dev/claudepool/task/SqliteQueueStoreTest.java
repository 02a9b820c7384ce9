package dev.claudepool.task;

import dev.claudepool.store.SqliteTestDatabase;

class SqliteQueueStoreTest extends QueueStoreContract {

    SqliteQueueStoreTest() {
        super(new SqliteTestDatabase());
    }
}

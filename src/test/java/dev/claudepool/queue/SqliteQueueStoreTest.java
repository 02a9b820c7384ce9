package dev.claudepool.queue;

import dev.claudepool.store.SqliteTestDatabase;

class SqliteQueueStoreTest extends QueueStoreContract {

    SqliteQueueStoreTest() {
        super(new SqliteTestDatabase());
    }
}

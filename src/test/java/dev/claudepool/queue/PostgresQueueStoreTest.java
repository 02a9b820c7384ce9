package dev.claudepool.queue;

import dev.claudepool.store.PostgresTestDatabase;

class PostgresQueueStoreTest extends QueueStoreContract {

    PostgresQueueStoreTest() {
        super(new PostgresTestDatabase());
    }
}

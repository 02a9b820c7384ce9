package dev.claudepool.queue;

import dev.claudepool.store.PostgresTestDatabase;

class PostgresAttemptStoreTest extends AttemptStoreContract {

    PostgresAttemptStoreTest() {
        super(new PostgresTestDatabase());
    }
}

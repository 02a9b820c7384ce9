package dev.claudepool.task;

import dev.claudepool.store.PostgresTestDatabase;

class PostgresTaskStoreTest extends TaskStoreContract {

    PostgresTaskStoreTest() {
        super(new PostgresTestDatabase());
    }
}

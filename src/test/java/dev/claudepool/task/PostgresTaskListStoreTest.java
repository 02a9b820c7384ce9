package dev.claudepool.task;

import dev.claudepool.store.PostgresTestDatabase;

class PostgresTaskListStoreTest extends TaskListStoreContract {

    PostgresTaskListStoreTest() {
        super(new PostgresTestDatabase());
    }
}

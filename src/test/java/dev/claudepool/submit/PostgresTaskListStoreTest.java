package dev.claudepool.submit;

import dev.claudepool.store.PostgresTestDatabase;

class PostgresTaskListStoreTest extends TaskListStoreContract {

    PostgresTaskListStoreTest() {
        super(new PostgresTestDatabase());
    }
}

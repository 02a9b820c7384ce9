package dev.claudepool.submit;

import dev.claudepool.store.SqliteTestDatabase;

class SqliteTaskListStoreTest extends TaskListStoreContract {

    SqliteTaskListStoreTest() {
        super(new SqliteTestDatabase());
    }
}

package dev.claudepool.task;

import dev.claudepool.store.SqliteTestDatabase;

class SqliteFlowTaskTest extends FlowTaskContract {

    SqliteFlowTaskTest() {
        super(new SqliteTestDatabase());
    }
}

package dev.claudepool.task;

import dev.claudepool.store.PostgresTestDatabase;

class PostgresFlowTaskTest extends FlowTaskContract {

    PostgresFlowTaskTest() {
        super(new PostgresTestDatabase());
    }
}

package dev.claudepool.flow;

import dev.claudepool.store.PostgresTestDatabase;

class PostgresFlowTaskTest extends FlowTaskContract {

    PostgresFlowTaskTest() {
        super(new PostgresTestDatabase());
    }
}

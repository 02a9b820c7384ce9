package dev.claudepool.event;

import dev.claudepool.store.PostgresTestDatabase;

class PostgresEventLogTest extends EventLogContract {

    PostgresEventLogTest() {
        super(new PostgresTestDatabase());
    }
}

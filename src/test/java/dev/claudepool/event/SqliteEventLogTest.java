package dev.claudepool.event;

import dev.claudepool.store.SqliteTestDatabase;

class SqliteEventLogTest extends EventLogContract {

    SqliteEventLogTest() {
        super(new SqliteTestDatabase());
    }
}

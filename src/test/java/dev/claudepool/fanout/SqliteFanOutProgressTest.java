package dev.claudepool.fanout;

import dev.claudepool.store.SqliteTestDatabase;

class SqliteFanOutProgressTest extends FanOutProgressContract {

    SqliteFanOutProgressTest() {
        super(new SqliteTestDatabase());
    }
}

package dev.claudepool.fanout;

import dev.claudepool.store.SqliteTestDatabase;

class SqliteFanOutRetryTest extends FanOutRetryContract {

    SqliteFanOutRetryTest() {
        super(new SqliteTestDatabase());
    }
}

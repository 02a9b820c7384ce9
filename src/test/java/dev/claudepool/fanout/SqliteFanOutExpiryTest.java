package dev.claudepool.fanout;

import dev.claudepool.store.SqliteTestDatabase;

class SqliteFanOutExpiryTest extends FanOutExpiryContract {

    SqliteFanOutExpiryTest() {
        super(new SqliteTestDatabase());
    }
}

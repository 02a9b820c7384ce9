package dev.claudepool.fanout;

import dev.claudepool.store.SqliteTestDatabase;

class SqliteFanOutEngineTest extends FanOutEngineContract {

    SqliteFanOutEngineTest() {
        super(new SqliteTestDatabase());
    }
}

package dev.claudepool.fanout;

import dev.claudepool.store.PostgresTestDatabase;

class PostgresFanOutEngineTest extends FanOutEngineContract {

    PostgresFanOutEngineTest() {
        super(new PostgresTestDatabase());
    }
}

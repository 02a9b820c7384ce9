package dev.claudepool.fanout;

import dev.claudepool.store.PostgresTestDatabase;

class PostgresFanOutStoreTest extends FanOutStoreContract {

    PostgresFanOutStoreTest() {
        super(new PostgresTestDatabase());
    }
}

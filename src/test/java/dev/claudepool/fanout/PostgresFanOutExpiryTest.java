package dev.claudepool.fanout;

import dev.claudepool.store.PostgresTestDatabase;

class PostgresFanOutExpiryTest extends FanOutExpiryContract {

    PostgresFanOutExpiryTest() {
        super(new PostgresTestDatabase());
    }
}

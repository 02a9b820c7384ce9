package dev.claudepool.fanout;

import dev.claudepool.store.PostgresTestDatabase;

class PostgresFanOutRetryTest extends FanOutRetryContract {

    PostgresFanOutRetryTest() {
        super(new PostgresTestDatabase());
    }
}

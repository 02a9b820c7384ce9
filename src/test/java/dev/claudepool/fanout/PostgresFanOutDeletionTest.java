package dev.claudepool.fanout;

import dev.claudepool.store.PostgresTestDatabase;

class PostgresFanOutDeletionTest extends FanOutDeletionContract {

    PostgresFanOutDeletionTest() {
        super(new PostgresTestDatabase());
    }
}

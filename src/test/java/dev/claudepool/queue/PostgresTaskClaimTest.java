package dev.claudepool.queue;

import dev.claudepool.store.PostgresTestDatabase;

class PostgresTaskClaimTest extends TaskClaimContract {

    PostgresTaskClaimTest() {
        super(new PostgresTestDatabase());
    }
}

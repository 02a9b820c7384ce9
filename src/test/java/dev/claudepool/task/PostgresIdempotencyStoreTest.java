package dev.claudepool.task;

import dev.claudepool.store.PostgresTestDatabase;

class PostgresIdempotencyStoreTest extends IdempotencyStoreContract {

    PostgresIdempotencyStoreTest() {
        super(new PostgresTestDatabase());
    }
}

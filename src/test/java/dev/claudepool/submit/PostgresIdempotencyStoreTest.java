package dev.claudepool.submit;

import dev.claudepool.store.PostgresTestDatabase;

class PostgresIdempotencyStoreTest extends IdempotencyStoreContract {

    PostgresIdempotencyStoreTest() {
        super(new PostgresTestDatabase());
    }
}

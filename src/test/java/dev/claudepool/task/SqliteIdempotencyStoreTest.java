package dev.claudepool.task;

import dev.claudepool.store.SqliteTestDatabase;

class SqliteIdempotencyStoreTest extends IdempotencyStoreContract {

    SqliteIdempotencyStoreTest() {
        super(new SqliteTestDatabase());
    }
}

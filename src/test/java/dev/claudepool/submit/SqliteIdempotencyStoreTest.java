package dev.claudepool.submit;

import dev.claudepool.store.SqliteTestDatabase;

class SqliteIdempotencyStoreTest extends IdempotencyStoreContract {

    SqliteIdempotencyStoreTest() {
        super(new SqliteTestDatabase());
    }
}

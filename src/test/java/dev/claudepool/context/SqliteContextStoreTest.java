package dev.claudepool.context;

import dev.claudepool.store.SqliteTestDatabase;

class SqliteContextStoreTest extends ContextStoreContract {

    SqliteContextStoreTest() {
        super(new SqliteTestDatabase());
    }
}

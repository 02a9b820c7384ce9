package dev.claudepool.context;

import dev.claudepool.store.PostgresTestDatabase;

class PostgresContextStoreTest extends ContextStoreContract {

    PostgresContextStoreTest() {
        super(new PostgresTestDatabase());
    }
}

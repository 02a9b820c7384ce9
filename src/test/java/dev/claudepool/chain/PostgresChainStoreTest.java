package dev.claudepool.chain;

import dev.claudepool.store.PostgresTestDatabase;

class PostgresChainStoreTest extends ChainStoreContract {

    PostgresChainStoreTest() {
        super(new PostgresTestDatabase());
    }
}

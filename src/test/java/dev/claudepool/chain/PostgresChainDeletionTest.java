package dev.claudepool.chain;

import dev.claudepool.store.PostgresTestDatabase;

class PostgresChainDeletionTest extends ChainDeletionContract {

    PostgresChainDeletionTest() {
        super(new PostgresTestDatabase());
    }
}

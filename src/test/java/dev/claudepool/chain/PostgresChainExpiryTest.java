package dev.claudepool.chain;

import dev.claudepool.store.PostgresTestDatabase;

class PostgresChainExpiryTest extends ChainExpiryContract {

    PostgresChainExpiryTest() {
        super(new PostgresTestDatabase());
    }
}

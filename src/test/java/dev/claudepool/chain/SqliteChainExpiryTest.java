package dev.claudepool.chain;

import dev.claudepool.store.SqliteTestDatabase;

class SqliteChainExpiryTest extends ChainExpiryContract {

    SqliteChainExpiryTest() {
        super(new SqliteTestDatabase());
    }
}

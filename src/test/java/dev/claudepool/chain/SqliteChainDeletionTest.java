package dev.claudepool.chain;

import dev.claudepool.store.SqliteTestDatabase;

class SqliteChainDeletionTest extends ChainDeletionContract {

    SqliteChainDeletionTest() {
        super(new SqliteTestDatabase());
    }
}

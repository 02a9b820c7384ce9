package dev.claudepool.fanout;

import dev.claudepool.store.SqliteTestDatabase;

class SqliteFanOutDeletionTest extends FanOutDeletionContract {

    SqliteFanOutDeletionTest() {
        super(new SqliteTestDatabase());
    }
}

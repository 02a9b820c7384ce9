package dev.claudepool.chain;

import dev.claudepool.store.SqliteTestDatabase;

class SqliteTotalsTest extends TotalsContract {

    SqliteTotalsTest() {
        super(new SqliteTestDatabase());
    }
}

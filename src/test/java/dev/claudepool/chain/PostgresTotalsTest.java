package dev.claudepool.chain;

import dev.claudepool.store.PostgresTestDatabase;

class PostgresTotalsTest extends TotalsContract {

    PostgresTotalsTest() {
        super(new PostgresTestDatabase());
    }
}

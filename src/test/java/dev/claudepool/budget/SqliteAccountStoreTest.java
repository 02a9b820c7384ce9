package dev.claudepool.budget;

import dev.claudepool.store.SqliteTestDatabase;

class SqliteAccountStoreTest extends AccountStoreContract {

    SqliteAccountStoreTest() {
        super(new SqliteTestDatabase());
    }
}

package dev.claudepool.slot;

import dev.claudepool.store.SqliteTestDatabase;

class SqliteSlotStoreTest extends SlotStoreContract {

    SqliteSlotStoreTest() {
        super(new SqliteTestDatabase());
    }
}

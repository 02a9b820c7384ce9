package dev.claudepool.slot;

import dev.claudepool.store.PostgresTestDatabase;

class PostgresSlotStoreTest extends SlotStoreContract {

    PostgresSlotStoreTest() {
        super(new PostgresTestDatabase());
    }
}

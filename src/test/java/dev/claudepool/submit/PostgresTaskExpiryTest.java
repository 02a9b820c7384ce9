package dev.claudepool.submit;

import dev.claudepool.store.PostgresTestDatabase;

class PostgresTaskExpiryTest extends TaskExpiryContract {

    PostgresTaskExpiryTest() {
        super(new PostgresTestDatabase());
    }
}

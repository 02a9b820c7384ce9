package dev.claudepool.submit;

import dev.claudepool.store.PostgresTestDatabase;

class PostgresTaskRemovalTest extends TaskRemovalContract {

    PostgresTaskRemovalTest() {
        super(new PostgresTestDatabase());
    }
}

package dev.claudepool.submit;

import dev.claudepool.store.SqliteTestDatabase;

class SqliteTaskRemovalTest extends TaskRemovalContract {

    SqliteTaskRemovalTest() {
        super(new SqliteTestDatabase());
    }
}

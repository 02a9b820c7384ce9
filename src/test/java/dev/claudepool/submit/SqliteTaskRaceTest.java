package dev.claudepool.submit;

import dev.claudepool.store.SqliteTestDatabase;

class SqliteTaskRaceTest extends TaskRaceContract {

    SqliteTaskRaceTest() {
        super(new SqliteTestDatabase());
    }
}

package dev.claudepool.submit;

import dev.claudepool.store.PostgresTestDatabase;

class PostgresTaskRaceTest extends TaskRaceContract {

    PostgresTaskRaceTest() {
        super(new PostgresTestDatabase());
    }
}

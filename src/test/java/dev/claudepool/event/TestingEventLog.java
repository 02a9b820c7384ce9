package dev.claudepool.event;

import dev.claudepool.store.TestDatabase;

/** Makes event logs for tests. */
public final class TestingEventLog {

    private TestingEventLog() {}

    /** The log that is in {@code database}. */
    public static EventLog of(TestDatabase database) {
        return new EventLog(
                new EventStore(database.jdbc(), database.json()),
                database.transactions(),
                database.json(),
                database.clock());
    }
}

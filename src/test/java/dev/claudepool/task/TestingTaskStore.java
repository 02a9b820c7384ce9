package dev.claudepool.task;

import dev.claudepool.event.EventLog;
import dev.claudepool.store.TestDatabase;

/** The parts of this package over a test database. */
public final class TestingTaskStore {

    public final TaskStore store;
    public final TaskChanges changes;
    public final EventLog log;
    public final LargeReads reads = new LargeReads();

    public TestingTaskStore(TestDatabase database, EventLog log) {
        store = new TaskStore(database.jdbc(), database.dialect(), database.json());
        changes = new TaskChanges(store, log);
        this.log = log;
    }
}

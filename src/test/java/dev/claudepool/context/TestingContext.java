package dev.claudepool.context;

import dev.claudepool.store.TestDatabase;

/** The shared context of tests. */
public final class TestingContext {

    private TestingContext() {}

    /** The context that is in {@code database}. */
    public static SharedContext of(TestDatabase database) {
        return new SharedContext(
                new ContextStore(database.jdbc(), database.json()), database.transactions(), database.clock());
    }
}

package dev.claudepool.budget;

import dev.claudepool.store.TestDatabase;

/** Makes accounts for tests. */
public final class TestingAccount {

    private TestingAccount() {}

    /** The account that is in {@code database}. */
    public static AccountStore of(TestDatabase database) {
        return new AccountStore(database.jdbc());
    }
}

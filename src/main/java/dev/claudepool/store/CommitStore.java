package dev.claudepool.store;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * The table {@code last_commit}: one row with the number of the last transaction, by which a transaction whose commit
 * failed is recognized as committed all the same.
 */
@Component
class CommitStore {

    private final JdbcClient jdbc;
    private final Dialect dialect;

    CommitStore(JdbcClient jdbc, Dialect dialect) {
        this.jdbc = jdbc;
        this.dialect = dialect;
    }

    /** Waits until no other transaction writes; the first that a transaction does. */
    void lock() {
        dialect.writeLock().ifPresent(sql -> jdbc.sql(sql).query(_ -> {}));
    }

    /** Writes the number of the current transaction, to be committed with it. */
    void save(long number) {
        jdbc.sql("update last_commit set number = :number")
                .param("number", number)
                .update();
    }

    /** The number of the last transaction that was committed. */
    long last() {
        return jdbc.sql("select number from last_commit").query(Long.class).single();
    }
}

package dev.claudepool.store;

import javax.sql.DataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionSystemException;
import org.springframework.transaction.support.DefaultTransactionStatus;

/** Commits, but can say that it failed. */
public class UncertainCommits extends JdbcTransactionManager {

    private volatile When failing = When.NEVER;

    public UncertainCommits(DataSource dataSource) {
        super(dataSource);
    }

    /** Has the next commit fail, though it succeeds. */
    public void failAfterNextCommit() {
        failing = When.AFTER;
    }

    /** Has every commit fail, though it succeeds. */
    public void failAfterEveryCommit() {
        failing = When.AFTER_EVERY;
    }

    /** Has the next commit fail. */
    void failBeforeNextCommit() {
        failing = When.BEFORE;
    }

    @Override
    protected void doCommit(DefaultTransactionStatus status) {
        When now = failing;
        failing = now == When.AFTER_EVERY ? now : When.NEVER;
        if (now == When.BEFORE) {
            doRollback(status);
            throw new TransactionSystemException("the commit failed");
        }
        super.doCommit(status);
        if (now != When.NEVER) {
            throw new TransactionSystemException("the answer to the commit was lost");
        }
    }

    private enum When {
        NEVER,
        BEFORE,
        AFTER,
        AFTER_EVERY
    }
}

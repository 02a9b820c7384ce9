package dev.claudepool.store;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.springframework.jdbc.datasource.DelegatingDataSource;
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

    /** Has every commit fail, though it succeeds, and the next try of its thread to reach the database, too. */
    public void failAfterEveryCommitAndLoseTheDatabase() {
        failing = When.AFTER_EVERY_LOSING_IT;
    }

    /** Has no more commits fail. */
    public void recover() {
        failing = When.NEVER;
    }

    /** Has the next commit fail. */
    void failBeforeNextCommit() {
        failing = When.BEFORE;
    }

    @Override
    protected void doCommit(DefaultTransactionStatus status) {
        When now = failing;
        failing = now == When.AFTER_EVERY || now == When.AFTER_EVERY_LOSING_IT ? now : When.NEVER;
        if (now == When.BEFORE) {
            doRollback(status);
            throw new TransactionSystemException("the commit failed");
        }
        super.doCommit(status);
        if (now != When.NEVER) {
            if (now == When.AFTER_EVERY_LOSING_IT && getDataSource() instanceof Losable losable) {
                losable.lose();
            }
            throw new TransactionSystemException("the answer to the commit was lost");
        }
    }

    /** A data source that cannot be reached just after a commit. */
    public static class Losable extends DelegatingDataSource {

        private final ThreadLocal<Boolean> lost = ThreadLocal.withInitial(() -> false);

        public Losable(DataSource dataSource) {
            super(dataSource);
        }

        /** Lets the next try of this thread fail. */
        void lose() {
            lost.set(true);
        }

        @Override
        public Connection getConnection() throws SQLException {
            if (lost.get()) {
                lost.remove();
                throw new SQLException("the database cannot be reached");
            }
            return super.getConnection();
        }
    }

    private enum When {
        NEVER,
        BEFORE,
        AFTER,
        AFTER_EVERY,
        AFTER_EVERY_LOSING_IT
    }
}

package dev.claudepool.store;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.dao.DataAccessException;

/** Ends the start with one message when something that must be in the database is missing or cannot be read. */
class IncompleteDatabaseAnalyzer extends AbstractFailureAnalyzer<DataAccessException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, DataAccessException cause) {
        return new FailureAnalysis(
                "The database claude-pool.db in claude-pool.data-dir does not hold what it must: "
                        + NestedExceptionUtils.getMostSpecificCause(cause).getMessage(),
                "Restore a backup, or set claude-pool.data-dir to another directory.",
                cause);
    }
}

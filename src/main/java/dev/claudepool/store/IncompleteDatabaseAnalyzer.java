package dev.claudepool.store;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.core.env.Environment;
import org.springframework.dao.DataAccessException;

/** Ends the start with one message when something that must be in the database is missing or cannot be read. */
class IncompleteDatabaseAnalyzer extends AbstractFailureAnalyzer<DataAccessException> {

    private final Environment environment;

    IncompleteDatabaseAnalyzer(Environment environment) {
        this.environment = environment;
    }

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, DataAccessException cause) {
        Dialect dialect = Dialect.of(environment);
        return new FailureAnalysis(
                dialect.description() + " does not hold what it must: "
                        + NestedExceptionUtils.getMostSpecificCause(cause).getMessage(),
                "Restore a backup, or " + dialect.alternative() + ".",
                cause);
    }
}

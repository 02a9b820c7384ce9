package dev.claudepool.store;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.env.Environment;

/** Ends the start with one message when another service uses the database. */
class DatabaseInUseAnalyzer extends AbstractFailureAnalyzer<DatabaseInUseException> {

    private final Environment environment;

    DatabaseInUseAnalyzer(Environment environment) {
        this.environment = environment;
    }

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, DatabaseInUseException cause) {
        Dialect dialect = Dialect.of(environment);
        return new FailureAnalysis(
                dialect.description() + " is used by another claude-pool: " + cause.getMessage()
                        + ". A database is for one service. Nothing was changed.",
                "Stop the other service, or " + dialect.alternative() + ". If its machine is gone, the database server"
                        + " lets go of it after about a minute.",
                cause);
    }
}

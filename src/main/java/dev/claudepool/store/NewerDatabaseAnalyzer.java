package dev.claudepool.store;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.env.Environment;

/** Ends the start with one message when the database belongs to a newer version of the service. */
class NewerDatabaseAnalyzer extends AbstractFailureAnalyzer<NewerDatabaseException> {

    private final Environment environment;

    NewerDatabaseAnalyzer(Environment environment) {
        this.environment = environment;
    }

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, NewerDatabaseException cause) {
        Dialect dialect = Dialect.of(environment);
        return new FailureAnalysis(
                dialect.description() + " belongs to a newer version of claude-pool: " + cause.getMessage()
                        + ". Nothing was changed.",
                "Start the newer version, restore a backup from before the update, or " + dialect.alternative() + ".",
                cause);
    }
}

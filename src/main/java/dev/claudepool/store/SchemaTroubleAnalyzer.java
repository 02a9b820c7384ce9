package dev.claudepool.store;

import org.flywaydb.core.api.FlywayException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.env.Environment;

/** Ends the start with one message when the schema cannot be brought to what this version needs. */
class SchemaTroubleAnalyzer extends AbstractFailureAnalyzer<FlywayException> {

    private final Environment environment;

    SchemaTroubleAnalyzer(Environment environment) {
        this.environment = environment;
    }

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, FlywayException cause) {
        Dialect dialect = Dialect.of(environment);
        return new FailureAnalysis(
                dialect.description() + " has a schema that this version of claude-pool cannot update: "
                        + firstLine(cause),
                "Restore a backup, start the version that last used the database, or " + dialect.alternative() + ".",
                cause);
    }

    private static String firstLine(FlywayException cause) {
        return String.valueOf(cause.getMessage())
                .lines()
                .limit(2)
                .reduce("", (one, more) -> one + " " + more)
                .strip();
    }
}

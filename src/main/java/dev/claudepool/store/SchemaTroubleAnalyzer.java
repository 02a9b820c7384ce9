package dev.claudepool.store;

import org.flywaydb.core.api.FlywayException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Ends the start with one message when the schema cannot be brought to what this version needs. */
class SchemaTroubleAnalyzer extends AbstractFailureAnalyzer<FlywayException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, FlywayException cause) {
        return new FailureAnalysis(
                "The schema of the database claude-pool.db in claude-pool.data-dir is not one that this version of"
                        + " claude-pool can update: " + firstLine(cause),
                "Restore a backup, start the version that last used the database, or set claude-pool.data-dir to"
                        + " another directory.",
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

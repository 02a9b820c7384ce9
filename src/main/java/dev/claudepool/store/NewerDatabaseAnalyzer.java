package dev.claudepool.store;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Ends the start with one message when the database belongs to a newer version of the service. */
class NewerDatabaseAnalyzer extends AbstractFailureAnalyzer<NewerDatabaseException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, NewerDatabaseException cause) {
        return new FailureAnalysis(
                "The database claude-pool.db in claude-pool.data-dir belongs to a newer version of claude-pool: "
                        + cause.getMessage() + ". Nothing was changed.",
                "Start the newer version, restore a backup from before the update, or set claude-pool.data-dir to"
                        + " another directory.",
                cause);
    }
}

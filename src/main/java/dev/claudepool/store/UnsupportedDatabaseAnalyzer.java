package dev.claudepool.store;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Ends the start with one message when the database is of an engine that the service does not know. */
class UnsupportedDatabaseAnalyzer extends AbstractFailureAnalyzer<UnsupportedDatabaseException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, UnsupportedDatabaseException cause) {
        return new FailureAnalysis(
                "There is no usable database: " + cause.getMessage() + ".",
                "Leave spring.datasource.url out to use the embedded database, or let it begin with " + Dialect.URLS
                        + ".",
                cause);
    }
}

package dev.claudepool.store;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Ends the start with one message when the data directory cannot be used. */
class UnusableDataDirectoryAnalyzer extends AbstractFailureAnalyzer<UnusableDataDirectoryException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, UnusableDataDirectoryException cause) {
        return new FailureAnalysis(
                "The data directory is not usable: " + cause.getMessage() + ".",
                "Set claude-pool.data-dir to a directory of its own that the user of the service owns and can write, or stop"
                        + " the other instance.",
                cause);
    }
}

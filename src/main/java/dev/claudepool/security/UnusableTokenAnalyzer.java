package dev.claudepool.security;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Ends the start with one message when there is no usable admin token. */
class UnusableTokenAnalyzer extends AbstractFailureAnalyzer<UnusableTokenException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, UnusableTokenException cause) {
        return new FailureAnalysis(
                "There is no usable admin token: " + cause.getMessage() + ".",
                "Set claude-pool.security.token to a long random text, or leave it out, so that one is made and kept in"
                        + " the data directory.",
                cause);
    }
}

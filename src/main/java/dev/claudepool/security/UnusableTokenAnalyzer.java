package dev.claudepool.security;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Ends the start with one message when there is no usable admin token. */
class UnusableTokenAnalyzer extends AbstractFailureAnalyzer<UnusableTokenException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, UnusableTokenException cause) {
        return new FailureAnalysis(
                "There is no usable admin token: " + cause.getMessage() + ".",
                "Set claude-pool.security.token-file to a file for the token, which is made if it is missing; or start"
                        + " the service on a terminal without a token, and a new one is shown there once.",
                cause);
    }
}

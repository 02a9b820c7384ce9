package dev.claudepool.process;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Ends the start with one message when {@code claude} cannot run as the user that it should run as. */
class UnusableCliUserAnalyzer extends AbstractFailureAnalyzer<UnusableCliUserException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, UnusableCliUserException cause) {
        return new FailureAnalysis(
                cause.getMessage(),
                "Make the user with `useradd --create-home`, start the service as root with setpriv (util-linux)"
                        + " installed, and let the user enter the working directory; or leave claude-pool.cli.user out.",
                cause);
    }
}

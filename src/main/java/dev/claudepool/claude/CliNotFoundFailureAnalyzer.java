package dev.claudepool.claude;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Ends the start with one readable message when there is no {@code claude}. */
class CliNotFoundFailureAnalyzer extends AbstractFailureAnalyzer<CliNotFoundException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, CliNotFoundException cause) {
        return new FailureAnalysis(
                cause.getMessage(),
                "Install it with\n\n    npm install --global @anthropic-ai/claude-code@" + CliVersion.TESTED
                        + "\n\nor have claude-pool install it with claude-pool.cli.install=if-missing,"
                        + " or say where it is with claude-pool.cli.path.",
                cause);
    }
}

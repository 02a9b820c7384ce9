package dev.claudepool;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Ends the start with one message that lists all unknown properties. */
class UnknownPropertyAnalyzer extends AbstractFailureAnalyzer<UnknownPropertyException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, UnknownPropertyException cause) {
        return new FailureAnalysis(
                "Nothing reads these properties, so that they would be ignored in silence:\n\n    "
                        + String.join("\n    ", cause.problems()),
                "Correct or remove them.",
                cause);
    }
}

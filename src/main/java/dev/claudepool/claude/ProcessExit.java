package dev.claudepool.claude;

import org.jspecify.annotations.Nullable;

/**
 * How a process ended.
 *
 * @param code its exit code; null while it lives
 * @param stderr the end of what it wrote there; null when there was nothing
 */
record ProcessExit(@Nullable Integer code, @Nullable String stderr) {

    /** Why it cannot be used. */
    Failure notReady(String reason) {
        return sessionIsUnknown()
                ? new Failure(FailureCode.SESSION_NOT_FOUND, "The session does not exist.", code, stderr, null)
                : new Failure(
                        FailureCode.CLI_START_FAILED, "claude did not get ready: " + reason + ".", code, stderr, null);
    }

    /** Why it has ended by itself. */
    Failure failure() {
        return new Failure(
                sessionIsUnknown() ? FailureCode.SESSION_NOT_FOUND : FailureCode.CLI_EXITED,
                code == null ? "claude closed its output." : "claude exited with code " + code + ".",
                code,
                stderr,
                null);
    }

    private boolean sessionIsUnknown() {
        return stderr != null && stderr.contains(ResultClassifier.NO_CONVERSATION);
    }
}

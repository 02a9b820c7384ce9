package dev.claudepool.claude;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Why a process did not do what was asked of it.
 *
 * @param code the stable reason
 * @param message one sentence for people; may quote what the CLI or the API said, so it is never logged
 * @param exitCode how the process ended; null while it lives
 * @param stderr the last 4 KB that it wrote there, never logged; null when there was nothing
 * @param retryAt when trying again can succeed; null when not known
 */
public record Failure(
        FailureCode code,
        String message,
        @Nullable Integer exitCode,
        @Nullable String stderr,
        @Nullable Instant retryAt) {

    public static Failure of(FailureCode code, String message) {
        return new Failure(code, message, null, null, null);
    }

    /**
     * Returns what it means to a turn that the service itself failed: mostly a fault of ours, or more than memory can
     * hold.
     */
    public static Failure ofThrown(Throwable thrown) {
        return thrown instanceof VirtualMachineError
                ? of(FailureCode.OUTPUT_TOO_LARGE, "What claude wrote needs more memory than the service has.")
                : of(FailureCode.EXECUTION_ERROR, "The service failed while it worked on the task");
    }

    @Override
    public String toString() {
        return "Failure[" + code.code() + ", exitCode=" + exitCode + ", retryAt=" + retryAt + "]";
    }
}

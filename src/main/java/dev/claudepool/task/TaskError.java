package dev.claudepool.task;

import dev.claudepool.claude.Failure;
import org.jspecify.annotations.Nullable;

/**
 * Why a task failed or was cancelled.
 *
 * @param code a stable code
 * @param message what happened, for people
 * @param retryable whether trying again may help
 * @param exitCode the exit code of the {@code claude} process, when it died
 * @param stderr the end of what it wrote to standard error
 */
public record TaskError(
        String code,
        String message,
        boolean retryable,
        @Nullable Integer exitCode,
        @Nullable String stderr) {

    public static TaskError of(Failure failure) {
        return new TaskError(
                failure.code().code(),
                failure.message(),
                failure.code().retryable(),
                failure.exitCode(),
                failure.stderr());
    }

    /** The store holds something that this version cannot read. */
    public static TaskError unreadable() {
        return new TaskError(
                "stored-unreadable",
                "What is stored of it cannot be read: it was damaged, or written by a newer version",
                false,
                null,
                null);
    }

    public static TaskError cancelled() {
        return new TaskError("task-cancelled", "The task was cancelled", false, null, null);
    }
}

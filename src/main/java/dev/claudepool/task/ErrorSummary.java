package dev.claudepool.task;

/** The error of a task or step in an event. */
public record ErrorSummary(String code, String message) {

    public static ErrorSummary of(TaskError error) {
        return new ErrorSummary(error.code(), error.message());
    }
}

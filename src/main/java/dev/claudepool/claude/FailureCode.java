package dev.claudepool.claude;

import java.util.Locale;

/** The stable reasons for which a launch or a turn fails; the codes are a contract with clients. */
public enum FailureCode {
    /** The process did not come up: it exited, or did not answer {@code initialize} in time. */
    CLI_START_FAILED(true),
    /** The process ended, or closed its output, in the middle of a turn. */
    CLI_EXITED(true),
    /** Processes of a slot died one after the other. */
    CRASH_LOOP(true),
    /** Nothing came for longer than the silence timeout, or no answer to the question what the turn spends. */
    CLI_SILENT(true),
    /** Nothing came after the prompt for longer than the first-byte timeout. */
    FIRST_BYTE_TIMEOUT(true),
    /**
     * Returns what came in a line of output, or in an answer, was larger or deeper than allowed, or than memory allows.
     */
    OUTPUT_TOO_LARGE(false),
    /** The CLI reported something that cannot be true, such as a cost of 10^300 dollars. */
    OUTPUT_INVALID(false),
    /** The API refused the request. */
    API_ERROR(false),
    /** The API failed on its side (a 5xx), after the CLI's own retries. */
    API_UNAVAILABLE(true),
    AUTHENTICATION_FAILED(false),
    BILLING_ERROR(false),
    RATE_LIMITED(true),
    OVERLOADED(true),
    MAX_TURNS_REACHED(false),
    /** The turn spent more than its limit. */
    BUDGET_EXCEEDED(false),
    /** The model produced nothing that fits the output schema. */
    STRUCTURED_OUTPUT_INVALID(true),
    /** The session to resume does not exist. */
    SESSION_NOT_FOUND(false),
    /** The turn took longer than its limit. */
    TASK_TIMED_OUT(false),
    /** The CLI failed while it worked on the turn. */
    EXECUTION_ERROR(true),
    /** A running process refused to change its model, effort or permission mode. */
    SWITCH_REFUSED(true),
    /** The turn ended without an answer. */
    TASK_FAILED(false);

    private final boolean retryable;

    FailureCode(boolean retryable) {
        this.retryable = retryable;
    }

    public String code() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Returns whether the same work may succeed when simply tried again. */
    public boolean retryable() {
        return retryable;
    }
}

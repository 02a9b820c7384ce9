package dev.claudepool.problem;

import java.net.URI;
import org.springframework.http.HttpStatus;

/**
 * The stable codes of problem details (RFC 9457), each with its status and title; clients decide by the code, never by
 * the text.
 */
public enum ProblemCode {
    VALIDATION_FAILED("validation-failed", HttpStatus.BAD_REQUEST, "The request is not valid"),
    UNAUTHORIZED("unauthorized", HttpStatus.UNAUTHORIZED, "A valid bearer token is needed"),
    BUDGET_EXCEEDED("budget-exceeded", HttpStatus.PAYMENT_REQUIRED, "The budget does not allow it"),
    FORBIDDEN("forbidden", HttpStatus.FORBIDDEN, "Not allowed"),
    NOT_FOUND("not-found", HttpStatus.NOT_FOUND, "No such path"),
    TASK_NOT_FOUND("task-not-found", HttpStatus.NOT_FOUND, "No such task"),
    TRANSCRIPT_NOT_FOUND("transcript-not-found", HttpStatus.NOT_FOUND, "No such transcript"),
    CHAIN_NOT_FOUND("chain-not-found", HttpStatus.NOT_FOUND, "No such chain"),
    FAN_OUT_NOT_FOUND("fan-out-not-found", HttpStatus.NOT_FOUND, "No such fan-out"),
    SLOT_NOT_FOUND("slot-not-found", HttpStatus.NOT_FOUND, "No such slot"),
    SKILL_NOT_FOUND("skill-not-found", HttpStatus.NOT_FOUND, "No such skill"),
    CONTEXT_KEY_NOT_FOUND("context-key-not-found", HttpStatus.NOT_FOUND, "No such context key"),
    METHOD_NOT_ALLOWED("method-not-allowed", HttpStatus.METHOD_NOT_ALLOWED, "Method not allowed here"),
    NOT_ACCEPTABLE("not-acceptable", HttpStatus.NOT_ACCEPTABLE, "No acceptable representation"),
    CONFLICT("conflict", HttpStatus.CONFLICT, "In conflict with the present state"),
    IDEMPOTENCY_CONFLICT(
            "idempotency-conflict", HttpStatus.CONFLICT, "The idempotency key was used for another request"),
    TASK_CANCELLED("task-cancelled", HttpStatus.CONFLICT, "The task was cancelled"),
    REQUEST_TIMEOUT("request-timeout", HttpStatus.REQUEST_TIMEOUT, "The request took too long to arrive"),
    PAYLOAD_TOO_LARGE("payload-too-large", HttpStatus.CONTENT_TOO_LARGE, "The request body is too large"),
    UNSUPPORTED_MEDIA_TYPE(
            "unsupported-media-type", HttpStatus.UNSUPPORTED_MEDIA_TYPE, "The media type is not supported"),
    QUEUE_FULL("queue-full", HttpStatus.TOO_MANY_REQUESTS, "The queue is full"),
    TOO_MANY_WRONG_TOKENS("too-many-wrong-tokens", HttpStatus.TOO_MANY_REQUESTS, "Too many wrong tokens"),
    TOO_MANY_WAITS("too-many-waits", HttpStatus.TOO_MANY_REQUESTS, "Too many requests wait"),
    INTERNAL_ERROR("internal-error", HttpStatus.INTERNAL_SERVER_ERROR, "Something went wrong here"),
    TASK_FAILED("task-failed", HttpStatus.BAD_GATEWAY, "The task failed"),
    /** The database is away, locked or full; nothing was stored. */
    STORE_UNAVAILABLE("store-unavailable", HttpStatus.SERVICE_UNAVAILABLE, "The store cannot be used"),
    NO_SLOTS_AVAILABLE("no-slots-available", HttpStatus.SERVICE_UNAVAILABLE, "No slot can take it"),
    TASK_TIMED_OUT("task-timed-out", HttpStatus.GATEWAY_TIMEOUT, "The task ran out of time"),
    /** The caller's {@code ?wait=} ended first; the task goes on. */
    WAIT_TIMED_OUT("wait-timed-out", HttpStatus.GATEWAY_TIMEOUT, "The wait ended before the task");

    private static final String TYPE_PREFIX = "urn:claude-pool:problem:";

    private final String code;
    private final HttpStatus status;
    private final String title;

    ProblemCode(String code, HttpStatus status, String title) {
        this.code = code;
        this.status = status;
        this.title = title;
    }

    /** The code as clients see it, such as {@code task-not-found}. */
    public String code() {
        return code;
    }

    public HttpStatus status() {
        return status;
    }

    public String title() {
        return title;
    }

    /** The {@code type} of the problem: a URN, because it names the kind of problem and promises no page. */
    public URI type() {
        return URI.create(TYPE_PREFIX + code);
    }
}

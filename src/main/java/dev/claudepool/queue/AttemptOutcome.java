package dev.claudepool.queue;

import io.swagger.v3.oas.annotations.media.Schema;

/** How an attempt ended. */
@Schema(enumAsRef = true)
enum AttemptOutcome {
    /** It brought the answer of the task. */
    SUCCEEDED,
    /** It failed; whether the task is tried again, its retries decide. */
    FAILED,
    /** The task was cancelled meanwhile. */
    CANCELLED,
    /** The provider limited the requests; the attempt does not count. */
    DEFERRED,
    /** The service stopped before the attempt had ended. */
    INTERRUPTED,
    /** The service died; the cost is the last that it knew. */
    LOST
}

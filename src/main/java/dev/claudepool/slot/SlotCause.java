package dev.claudepool.slot;

import com.fasterxml.jackson.annotation.JsonValue;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.Locale;

/** Why a slot came into its state. */
@Schema(enumAsRef = true)
enum SlotCause {
    /** A process is ready. */
    PROCESS_READY,
    /** A process did not start. */
    START_FAILED,
    /** A process died by itself while it had no task, or was ended for working without one. */
    PROCESS_LOST,
    /** A task took the slot. */
    TASK_STARTED,
    /** The task has left the slot. */
    TASK_ENDED,
    /** The task that took the slot was not started after all. */
    TASK_WITHDRAWN,
    /** The slot got other settings. */
    CONFIGURED,
    /** The shared context was changed. */
    CONTEXT_CHANGED,
    /** The slot leaves the pool. */
    REMOVED,
    /** The pool stops. */
    STOPPED;

    @JsonValue
    String wireName() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}

package dev.claudepool.submit;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.claudepool.task.HoldReason;
import io.swagger.v3.oas.annotations.media.Schema;

/** Why a queued task waits. */
@Schema(enumAsRef = true)
enum WaitingReason {
    /** The queue is paused. */
    PAUSED("paused"),
    /** The task must not start before some time. */
    NOT_BEFORE("notBefore"),
    /** Its fan-out lets no more run at once, or is being stopped. */
    FAN_OUT("fanOut"),
    /** Its money cannot be reserved now. */
    BUDGET("budget"),
    /** No slot that may run it is idle. */
    SLOT("slot");

    private final String wireName;

    WaitingReason(String wireName) {
        this.wireName = wireName;
    }

    static WaitingReason of(HoldReason hold) {
        return switch (hold) {
            case FAN_OUT -> WaitingReason.FAN_OUT;
            case BUDGET -> WaitingReason.BUDGET;
        };
    }

    @JsonValue
    String wireName() {
        return wireName;
    }
}

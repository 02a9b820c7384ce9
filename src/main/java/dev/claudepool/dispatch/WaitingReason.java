package dev.claudepool.dispatch;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.claudepool.task.HoldReason;
import io.swagger.v3.oas.annotations.media.Schema;

/** Why a queued task waits. */
@Schema(enumAsRef = true)
public enum WaitingReason {
    /** The queue is paused, by an operator or because of the provider. */
    PAUSED("paused"),
    /** The task must not start before some time. */
    NOT_BEFORE("notBefore"),
    /** Its fan-out lets no more run at once, or is being stopped. */
    FAN_OUT("fanOut"),
    /** The task that it follows up has not ended. */
    FOLLOWED_TASK("followedTask"),
    /** Another task is in its session. */
    SESSION("session"),
    /** Its money, or that of the first task in the queue, cannot be reserved now. */
    BUDGET("budget"),
    /** No slot with the role that it asks for is idle. */
    ROLE("role"),
    /** No slot that may run it is idle, or it is not its turn. */
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
    public String wireName() {
        return wireName;
    }
}

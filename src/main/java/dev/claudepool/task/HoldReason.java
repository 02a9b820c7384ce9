package dev.claudepool.task;

/** Why a queued task must not be claimed, whatever else. */
public enum HoldReason {
    /** Its fan-out lets no more run at once, or is being stopped. */
    FAN_OUT,
    /** Others of its chain or fan-out have reserved the money of that. */
    BUDGET
}

package dev.claudepool.flow;

/** Why a chain or fan-out was stopped. */
public enum FlowStopReason {
    CANCELLED,
    /** An element failed, and the fan-out was to end with the first failure. */
    FAILED_FAST,
    TIMED_OUT
}

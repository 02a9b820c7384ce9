package dev.claudepool.flow;

/** The state of a chain or fan-out. */
public enum FlowState {
    RUNNING,
    SUCCEEDED,
    FAILED,
    CANCELLED;

    /** Returns whether the state can change only by a retry. */
    public boolean isFinal() {
        return this != RUNNING;
    }
}

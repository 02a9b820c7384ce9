package dev.claudepool.flow;

import io.swagger.v3.oas.annotations.media.Schema;

/** The state of a chain or fan-out. */
@Schema(enumAsRef = true)
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

package dev.claudepool.task;

import org.jspecify.annotations.Nullable;

/**
 * A slot that may take a task.
 *
 * @param role what it is for; null when it has no role
 */
public record Candidate(String slotId, @Nullable String role) {

    /** Whether it is the slot, and has the role, that the task asks for. */
    public boolean fits(TaskSpec spec) {
        return (spec.slot() == null || spec.slot().equals(slotId))
                && (spec.role() == null || spec.role().equals(role));
    }
}

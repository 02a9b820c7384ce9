package dev.claudepool.queue;

import dev.claudepool.task.TaskSpec;
import org.jspecify.annotations.Nullable;

/**
 * A slot that is ready for a task.
 *
 * @param role the role of the slot; null when it has none
 */
public record IdleSlot(String slotId, @Nullable String role) {

    /** Returns whether this is the slot, and has the role, that the task asks for. */
    public boolean fits(TaskSpec spec) {
        return (spec.slot() == null || spec.slot().equals(slotId))
                && (spec.role() == null || spec.role().equals(role));
    }
}

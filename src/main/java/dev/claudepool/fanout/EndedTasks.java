package dev.claudepool.fanout;

import dev.claudepool.task.FlowTasks;
import dev.claudepool.task.Task;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * The tasks of a fan-out, and of its chains, that have ended, read while somebody waits for all of them, so that little
 * is left to read when the last one ends. For one request; not thread-safe.
 */
final class EndedTasks {

    private final UUID fanOutId;
    private final FlowTasks tasks;
    private final Map<UUID, Task> known = new HashMap<>();
    /** When they were last read. */
    private int endedElements;

    EndedTasks(UUID fanOutId, FlowTasks tasks) {
        this.fanOutId = fanOutId;
        this.tasks = tasks;
    }

    /** Reads those that have ended since. */
    void readMore(Counts counts) {
        if (counts.ended() > endedElements) {
            endedElements = counts.ended();
            tasks.endedOfFanOut(fanOutId, known).forEach(task -> known.put(task.id(), task));
        }
    }

    /** All tasks, those too that have not ended. */
    List<Task> all() {
        return tasks.ofFanOut(fanOutId, known);
    }
}

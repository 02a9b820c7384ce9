package dev.claudepool.fanout;

import dev.claudepool.task.FlowTasks;
import dev.claudepool.task.Task;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * The tasks of a fan-out, and of its chains. Those that have ended can be read while somebody waits for all, so that
 * little is left to read when the last one ends. For one request; not thread-safe.
 */
final class FanOutTasks {

    private final UUID fanOutId;
    private final FlowTasks tasks;
    private final Map<UUID, Task> known = new HashMap<>();
    /** When they were last read. */
    private int endedElements;

    FanOutTasks(UUID fanOutId, FlowTasks tasks) {
        this.fanOutId = fanOutId;
        this.tasks = tasks;
    }

    /** Reads those that have ended since, if any element has. */
    void readEnded(Counts counts) {
        if (counts.ended() > endedElements) {
            endedElements = counts.ended();
            tasks.endedOfFanOut(fanOutId, known).forEach(task -> known.put(task.id(), task));
        }
    }

    /** All of them, oldest first, whether they have ended or not. */
    List<Task> all() {
        return tasks.ofFanOut(fanOutId, known);
    }
}

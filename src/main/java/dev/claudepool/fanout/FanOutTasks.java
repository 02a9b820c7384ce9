package dev.claudepool.fanout;

import dev.claudepool.flow.FlowTasks;
import dev.claudepool.task.ReadAhead;
import dev.claudepool.task.Task;
import dev.claudepool.task.TaskReader;
import java.util.List;
import java.util.UUID;

/**
 * The tasks of a fan-out, and of its chains. Those that have ended can be read while somebody waits for all, so that
 * little is left to read when the last one ends. For one request; not thread-safe.
 */
final class FanOutTasks {

    private final UUID fanOutId;
    private final FlowTasks tasks;
    private final ReadAhead ahead;
    /** The number of ended elements at the last reading. */
    private int endedElements;

    FanOutTasks(UUID fanOutId, FlowTasks tasks) {
        this.fanOutId = fanOutId;
        this.tasks = tasks;
        this.ahead = tasks.readAhead();
    }

    /** Reads those that have ended since, if any element has. */
    void readEnded(ElementCounts counts) {
        if (counts.ended() > endedElements) {
            endedElements = counts.ended();
            ahead.add(tasks.endedOfFanOut(fanOutId));
        }
    }

    /** Takes those that were just accepted as they are, instead of reading them. */
    void know(List<Task> accepted) {
        ahead.put(accepted);
    }

    /** Reads those that are its elements, in the order of the request. */
    TaskReader elements() {
        return tasks.reader(tasks.ofFanOut(fanOutId), ahead);
    }

    /** Reads some of all, in this order. */
    TaskReader some(List<UUID> order) {
        return tasks.reader(order, ahead);
    }
}

package dev.claudepool.task;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Reads tasks one after another: many at once where they are short, one at a time where they are long, so that what is
 * in memory does not grow with the outputs of all. For one request; not thread-safe.
 */
public final class TaskReader {

    private static final int MOST_AHEAD = 500;
    private static final long MOST_BYTES_AHEAD = 1 << 20;

    private final TaskStore store;
    private final LargeReads reads;
    private final List<UUID> order;
    private final Map<UUID, Integer> positions = new HashMap<>();
    private final Map<UUID, Task> ahead;

    /**
     * @param order in which they will be asked for
     * @param known some of them, which are given up as they are asked for
     */
    public TaskReader(TaskStore store, LargeReads reads, List<UUID> order, Map<UUID, Task> known) {
        this.store = store;
        this.reads = reads;
        this.order = List.copyOf(order);
        this.ahead = known;
        order.forEach(id -> positions.put(id, positions.size()));
    }

    /** The ids in the order in which the tasks are best asked for. */
    public List<UUID> order() {
        return order;
    }

    /** Reads a task, for the second time, too; empty when there is none any more. */
    public Optional<Task> read(UUID id) {
        if (!ahead.containsKey(id)) {
            readFrom(id);
        }
        return Optional.ofNullable(ahead.remove(id));
    }

    private void readFrom(UUID id) {
        int position = positions.getOrDefault(id, order.size());
        List<UUID> next = order.subList(position, order.size()).stream()
                .filter(other -> !ahead.containsKey(other))
                .limit(MOST_AHEAD)
                .toList();
        Sizes sizes = store.sizes(next.isEmpty() ? List.of(id) : next);
        List<UUID> some = sizes.firstWithin(MOST_BYTES_AHEAD);
        ahead.putAll(reads.read(sizes.of(some), () -> store.findAll(some)));
    }
}

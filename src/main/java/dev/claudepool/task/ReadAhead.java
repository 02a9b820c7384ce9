package dev.claudepool.task;

import java.lang.ref.SoftReference;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Tasks that have ended and were read before they are asked for: some megabytes at most, which are given up when the
 * heap gets scarce. For one request; not thread-safe.
 */
public final class ReadAhead {

    private static final long MOST_BYTES = 4 << 20;
    private static final int READ_AT_ONCE = 500;

    private final TaskStore store;
    private final LargeReads reads;
    private final SoftReference<Map<UUID, Task>> read = new SoftReference<>(new HashMap<>());
    private long left = MOST_BYTES;

    public ReadAhead(TaskStore store, LargeReads reads) {
        this.store = store;
        this.reads = reads;
    }

    /** Reads those of these tasks that have not been read, as far as there is room. */
    public void add(List<UUID> ended) {
        Map<UUID, Task> tasks = read.get();
        if (tasks == null || left <= 0) {
            return;
        }
        List<UUID> unread = new ArrayList<>(ended);
        unread.removeAll(tasks.keySet());
        for (int from = 0; from < unread.size() && left > 0; from += READ_AT_ONCE) {
            Sizes sizes = store.sizes(unread.subList(from, Math.min(from + READ_AT_ONCE, unread.size())));
            List<UUID> some = sizes.firstWithin(left);
            left -= sizes.of(some);
            if (left >= 0) {
                tasks.putAll(reads.read(sizes.of(some), () -> store.findAll(some)));
            }
        }
    }

    /** Adds tasks that the caller has in memory anyway. */
    public void put(Collection<Task> known) {
        Map<UUID, Task> tasks = read.get();
        if (tasks != null) {
            known.forEach(task -> tasks.put(task.id(), task));
        }
    }

    /** Returns what has been read. */
    public Map<UUID, Task> tasks() {
        Map<UUID, Task> tasks = read.get();
        return tasks == null ? new HashMap<>() : tasks;
    }
}

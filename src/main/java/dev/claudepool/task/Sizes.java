package dev.claudepool.task;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * How many bytes tasks, or chains, take in the database.
 *
 * @param order that in which they were asked for
 * @param bytes of each that there is
 */
public record Sizes(List<UUID> order, Map<UUID, Long> bytes) {

    /** A page of whole items ends before it has more bytes than this. */
    public static final long LONG_PAGE = 4 << 20;

    /** The first of them that together take no more than {@code most} bytes; the very first in any case. */
    public List<UUID> firstWithin(long most) {
        List<UUID> first = new ArrayList<>();
        long left = most;
        for (UUID id : order) {
            left -= bytes.getOrDefault(id, 0L);
            if (left < 0 && !first.isEmpty()) {
                return first;
            }
            first.add(id);
        }
        return first;
    }

    /** Returns what these take together. */
    public long of(List<UUID> tasks) {
        return tasks.stream().mapToLong(id -> bytes.getOrDefault(id, 0L)).sum();
    }
}

package dev.claudepool.task;

import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What made a task.
 *
 * @param chainId the chain of which it is a step, if any
 * @param step the position of that step, from 0
 * @param fanOutId the fan-out to which it, or its chain, belongs, if any
 * @param retryOf the ended task that it repeats, if any; that may be deleted by now
 */
public record Origin(
        @Nullable UUID chainId,
        @Nullable Integer step,
        @Nullable UUID fanOutId,
        @Nullable UUID retryOf) {

    /** A client submitted the task by itself. */
    public static final Origin CLIENT = new Origin(null, null, null, null);

    public static Origin fanOut(UUID fanOutId) {
        return new Origin(null, null, fanOutId, null);
    }

    public static Origin step(UUID chainId, int position, @Nullable UUID fanOutId) {
        return new Origin(chainId, position, fanOutId, null);
    }

    /** A client had the task repeated. */
    public static Origin retryOf(UUID taskId) {
        return new Origin(null, null, null, taskId);
    }

    /** Returns the same for a task that repeats this one; null for none. */
    public Origin repeating(@Nullable UUID task) {
        return new Origin(chainId, step, fanOutId, task);
    }

    /** The chain and the fan-out, as far as there are: they pay for it, too. */
    public List<UUID> flows() {
        return Stream.of(chainId, fanOutId).filter(Objects::nonNull).toList();
    }
}

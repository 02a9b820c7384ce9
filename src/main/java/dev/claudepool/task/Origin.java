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
 */
public record Origin(
        @Nullable UUID chainId,
        @Nullable Integer step,
        @Nullable UUID fanOutId) {

    /** A client submitted the task by itself. */
    public static final Origin CLIENT = new Origin(null, null, null);

    public static Origin fanOut(UUID fanOutId) {
        return new Origin(null, null, fanOutId);
    }

    /** The chain and the fan-out, as far as there are: they pay for it, too. */
    public List<UUID> flows() {
        return Stream.of(chainId, fanOutId).filter(Objects::nonNull).toList();
    }
}

package dev.claudepool.fanout;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A fan-out that is to be made.
 *
 * @param retryOf the ended fan-out whose failed elements it repeats; null for none
 * @param retried the ended tasks that its tasks repeat, in their order; empty for none
 */
record FanOutRequest(FanOutSpec spec, @Nullable UUID retryOf, List<UUID> retried) {

    static FanOutRequest of(FanOutSpec spec) {
        return new FanOutRequest(spec, null, List.of());
    }

    /** Returns the task that its task at this position repeats; null for none. */
    @Nullable
    UUID retriedAt(int position) {
        return retried.isEmpty() ? null : retried.get(position);
    }
}

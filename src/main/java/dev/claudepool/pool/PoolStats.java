package dev.claudepool.pool;

import dev.claudepool.budget.Money;
import dev.claudepool.dispatch.WaitingReason;
import dev.claudepool.event.EventData;
import dev.claudepool.event.EventType;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The figures of the pool, which are also the data of {@code pool.stats}.
 *
 * @param reason why the pool is paused: {@code operator}, or the code of what the provider said; null while it is not
 * @param since when the pool was paused; null while it is not
 * @param until when the pause ends by itself, where that is known
 * @param oldestQueuedAt when the oldest task in the queue was created; null when there is none
 * @param waiting how many of the first 10,000 tasks in the queue wait for what
 * @param spentUsd what was spent in the period of the budget
 * @param totalSpentUsd what was ever spent
 * @param reservedUsd what is set aside for the attempts that run
 * @param capUsd the most that may be spent in the period; null when there is no cap
 * @param remainingUsd what may still be spent; null without a cap
 */
record PoolStats(
        PoolState state,
        @Nullable String reason,
        @Nullable Instant since,
        @Nullable Instant until,
        int activeTasks,
        int queuedTasks,
        @Nullable Instant oldestQueuedAt,
        Map<WaitingReason, Integer> waiting,
        int completedTasks,
        int failedTasks,
        int cancelledTasks,
        Money spentUsd,
        Money totalSpentUsd,
        Money reservedUsd,
        @Nullable Money capUsd,
        @Nullable Money remainingUsd)
        implements EventData {

    @Override
    public EventType type() {
        return EventType.POOL_STATS;
    }
}

package dev.claudepool.pool;

import dev.claudepool.budget.Money;
import dev.claudepool.slot.SlotView;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The pool as clients see it.
 *
 * @param spentUsd what was spent in the period of the budget
 * @param totalSpentUsd what was ever spent
 * @param reservedUsd what is set aside for the attempts that run
 * @param capUsd the most that may be spent in the period; null when there is no cap
 * @param remainingUsd what may still be spent; null without a cap
 */
record PoolStatus(
        PoolState state,
        List<SlotView> slots,
        int activeTasks,
        int queuedTasks,
        int completedTasks,
        int failedTasks,
        int cancelledTasks,
        Money spentUsd,
        Money totalSpentUsd,
        Money reservedUsd,
        @Nullable Money capUsd,
        @Nullable Money remainingUsd) {}

package dev.claudepool.pool;

import dev.claudepool.budget.Money;
import dev.claudepool.slot.SlotView;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The pool as clients see it.
 *
 * @param spendUsd what was ever spent
 * @param reservedUsd what is set aside for the attempts that run
 * @param budgetUsd the cap; null when there is none
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
        Money spendUsd,
        Money reservedUsd,
        @Nullable Money budgetUsd,
        @Nullable Money remainingUsd) {}

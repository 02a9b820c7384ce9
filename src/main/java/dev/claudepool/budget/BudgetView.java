package dev.claudepool.budget;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The budget as clients see it.
 *
 * @param capUsd the most that may be spent in the period, in USD; null when there is no cap
 * @param spentUsd what was spent in the period
 * @param reservedUsd what is set aside for the attempts that run
 * @param remainingUsd what may still be set aside; null without a cap
 * @param period in which time the cap counts
 * @param periodEndsAt when it counts from nothing again; null for never
 * @param totalSpentUsd what was ever spent
 * @param stopped whether no task is given out because everything is spent
 * @param reason why, in words
 */
public record BudgetView(
        @Nullable Money capUsd,
        Money spentUsd,
        Money reservedUsd,
        @Nullable Money remainingUsd,
        Period period,
        @Nullable Instant periodEndsAt,
        Money totalSpentUsd,
        boolean stopped,
        @Nullable String reason) {}

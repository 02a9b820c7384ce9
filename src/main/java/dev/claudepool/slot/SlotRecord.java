package dev.claudepool.slot;

import dev.claudepool.budget.Money;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a slot from before the start of the service.
 *
 * @param session the slot's own session; null when it has none yet
 * @param spend what its tasks have cost
 */
record SlotRecord(SlotSettings settings, @Nullable SlotSession session, Money spend) {}

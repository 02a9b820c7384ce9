package dev.claudepool.slot;

import dev.claudepool.budget.Money;
import org.jspecify.annotations.Nullable;

/**
 * The stored state of a slot.
 *
 * @param session the slot's own session; null when it has none yet
 * @param spend what its tasks have cost
 */
record SlotRecord(SlotSettings settings, @Nullable SlotSession session, Money spend) {}

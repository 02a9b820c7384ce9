package dev.claudepool.slot;

import dev.claudepool.budget.Money;
import dev.claudepool.event.EventData;
import dev.claudepool.event.EventType;

/**
 * The data of {@code slot.spend}: a process worked without a task, and was ended.
 *
 * @param spentUsd what that cost, in USD
 * @param estimated whether the cost is a minimum
 */
record SlotSpent(Money spentUsd, boolean estimated) implements EventData {

    @Override
    public EventType type() {
        return EventType.SLOT_SPEND;
    }
}

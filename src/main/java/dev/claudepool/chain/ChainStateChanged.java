package dev.claudepool.chain;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.claudepool.budget.Money;
import dev.claudepool.event.EventData;
import dev.claudepool.event.EventType;
import dev.claudepool.flow.FlowState;
import dev.claudepool.flow.FlowStopReason;
import org.jspecify.annotations.Nullable;

/**
 * The data of {@code chain.state} for a chain that is being stopped, or has ended.
 *
 * @param stop why it is being stopped, or was; null when nothing stopped it
 * @param spentUsd what its tasks have cost, in USD
 */
record ChainStateChanged(
        FlowState state,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable FlowStopReason stop,
        Money spentUsd) implements EventData {

    @Override
    public EventType type() {
        return EventType.CHAIN_STATE;
    }

    @Override
    public boolean ends() {
        return state.isFinal();
    }
}

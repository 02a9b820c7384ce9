package dev.claudepool.fanout;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.claudepool.budget.Money;
import dev.claudepool.event.EventData;
import dev.claudepool.event.EventType;
import dev.claudepool.flow.FlowState;
import dev.claudepool.flow.FlowStopReason;
import org.jspecify.annotations.Nullable;

/**
 * The data of {@code fanout.state}.
 *
 * @param stop why it is being stopped, or was; null when nothing stopped it
 * @param counts how many elements are in which state
 * @param spentUsd what its elements have cost, in USD
 */
record FanOutStateChanged(
        FlowState state,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable FlowStopReason stop,
        ElementCounts counts,
        Money spentUsd)
        implements EventData {

    @Override
    public EventType type() {
        return EventType.FAN_OUT_STATE;
    }

    @Override
    public boolean ends() {
        return state.isFinal();
    }
}

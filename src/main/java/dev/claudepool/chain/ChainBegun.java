package dev.claudepool.chain;

import dev.claudepool.event.EventData;
import dev.claudepool.event.EventType;
import dev.claudepool.flow.FlowState;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The data of {@code chain.state} for a chain that was accepted, or is retried: what it consists of. */
record ChainBegun(FlowState state, @Nullable String name, List<ChainStep> steps) implements EventData {

    static ChainBegun of(Chain chain) {
        return new ChainBegun(
                chain.state(),
                chain.spec().labels().name(),
                chain.steps().stream()
                        .map(step -> new ChainStep(
                                chain.specOf(step).name(),
                                step.state().name(),
                                chain.needed(step)
                                        .map(needed -> chain.specOf(needed).name())
                                        .toList()))
                        .toList());
    }

    @Override
    public EventType type() {
        return EventType.CHAIN_STATE;
    }

    /** @param needs the names of the steps that must be done before it */
    record ChainStep(String name, StepState.Name state, List<String> needs) {}
}

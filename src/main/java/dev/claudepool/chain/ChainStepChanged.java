package dev.claudepool.chain;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.claudepool.event.EventData;
import dev.claudepool.event.EventType;
import dev.claudepool.task.ErrorSummary;
import org.jspecify.annotations.Nullable;

/**
 * The data of {@code chain.step}: the state, or the task, of a step has changed.
 *
 * @param step the name of the step
 * @param recovers whether the task of a running step recovers from the failure of another
 * @param error why a step failed
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record ChainStepChanged(
        String step,
        StepState.Name state,
        int attempts,
        @Nullable Boolean recovers,
        @Nullable ErrorSummary error) implements EventData {

    static ChainStepChanged of(Chain chain, Step step) {
        return new ChainStepChanged(
                chain.specOf(step).name(),
                step.state().name(),
                step.attempts(),
                step.state() instanceof StepState.Running running ? running.recovers() : null,
                step.state() instanceof StepState.Failed failed ? ErrorSummary.of(failed.error()) : null);
    }

    @Override
    public EventType type() {
        return EventType.CHAIN_STEP;
    }
}

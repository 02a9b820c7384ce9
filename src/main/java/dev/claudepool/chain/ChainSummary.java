package dev.claudepool.chain;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.claudepool.budget.Money;
import dev.claudepool.flow.FlowState;
import dev.claudepool.flow.FlowStopReason;
import dev.claudepool.task.Labels;
import dev.claudepool.task.TaskError;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A chain in a list, without its steps.
 *
 * @param labels what the client calls it
 * @param cancelling whether it is being stopped, and waits for its running steps to end
 * @param counts how many of its steps are in which state
 * @param spentUsd what its tasks have cost together, in USD
 * @param error why it failed: that of the first step that did, or {@code chain-timed-out}
 */
record ChainSummary(
        UUID id,
        @JsonUnwrapped Labels labels,
        FlowState state,
        boolean cancelling,
        Instant createdAt,
        @Nullable Instant finishedAt,
        StepCounts counts,
        Money spentUsd,
        @Nullable TaskError error,
        @Nullable UUID fanOutId)
        implements ChainItem {

    static ChainSummary of(ChainOutline chain, Money spent) {
        boolean timedOut = chain.stop() == FlowStopReason.TIMED_OUT;
        return new ChainSummary(
                chain.id(),
                chain.labels(),
                chain.state(),
                chain.stop() != null && chain.finishedAt() == null,
                chain.createdAt(),
                chain.finishedAt(),
                StepCounts.of(chain.steps()),
                spent,
                chain.state() != FlowState.FAILED ? null : timedOut ? ChainView.TIMED_OUT : chain.failure(),
                chain.fanOutId());
    }

    @Override
    public String toString() {
        return "ChainSummary[" + id + " " + state + "]";
    }

    /** How many steps are in each state. */
    record StepCounts(int pending, int running, int succeeded, int recovered, int failed, int skipped, int cancelled) {

        static StepCounts of(Map<StepState.Name, Integer> steps) {
            return new StepCounts(
                    steps.getOrDefault(StepState.Name.PENDING, 0),
                    steps.getOrDefault(StepState.Name.RUNNING, 0),
                    steps.getOrDefault(StepState.Name.SUCCEEDED, 0),
                    steps.getOrDefault(StepState.Name.RECOVERED, 0),
                    steps.getOrDefault(StepState.Name.FAILED, 0),
                    steps.getOrDefault(StepState.Name.SKIPPED, 0),
                    steps.getOrDefault(StepState.Name.CANCELLED, 0));
        }
    }
}

package dev.claudepool.chain;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.claudepool.budget.FlowAccountStore;
import dev.claudepool.budget.Money;
import dev.claudepool.flow.FlowPhase;
import dev.claudepool.flow.FlowState;
import dev.claudepool.flow.FlowStopReason;
import dev.claudepool.flow.FlowTasks;
import dev.claudepool.task.Labels;
import dev.claudepool.task.TaskError;
import dev.claudepool.task.TaskOutput;
import dev.claudepool.task.TaskReader;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * A chain as clients see it.
 *
 * @param labels what the client calls it
 * @param cancelling whether it is being stopped, and waits for its running steps to end
 * @param spentUsd what its tasks have cost together, in USD
 * @param output that of its last step, once it has succeeded
 * @param error why it failed: that of the first step that did, or {@code chain-timed-out}
 */
public record ChainView(
        UUID id,
        @JsonUnwrapped Labels labels,
        FlowState state,
        boolean cancelling,
        Instant createdAt,
        @Nullable Instant finishedAt,
        List<StepView> steps,
        Money spentUsd,

        @Schema(types = {"string", "null"}) TaskOutput output,

        @Nullable TaskError error,
        @Nullable UUID fanOutId)
        implements ChainItem {

    static final TaskError TIMED_OUT =
            new TaskError("chain-timed-out", "The chain took longer than its timeout", false, null, null);

    @Override
    public String toString() {
        return "ChainView[" + id + " " + state + "]";
    }

    /**
     * A step as clients see it.
     *
     * @param needs the steps that have to be done before it
     * @param taskId its latest task
     * @param attempts how many tasks were made for it
     * @param startedAt when the first of these was queued, since the chain began or was retried
     * @param finishedAt when it was done, failed, was cancelled or skipped
     * @param output that of its task, or of its recovery
     * @param vars the values of its output variables
     * @param spentUsd what all its tasks have cost, in USD
     * @param error why it failed
     */
    public record StepView(
            String name,
            StepState.Name state,
            List<String> needs,
            @Nullable UUID taskId,
            int attempts,
            @Nullable Instant startedAt,
            @Nullable Instant finishedAt,

            @Schema(types = {"string", "null"}) TaskOutput output,

            Map<String, String> vars,
            Money spentUsd,
            @Nullable TaskError error) {

        @Override
        public String toString() {
            return "StepView[" + name + " " + state + "]";
        }
    }

    /** Makes views of chains. The outputs are read one after another while they are written into the answer. */
    @Component
    public static class Factory {

        private final FlowTasks tasks;
        private final FlowAccountStore accounts;

        Factory(FlowTasks tasks, FlowAccountStore accounts) {
            this.tasks = tasks;
            this.accounts = accounts;
        }

        ChainView of(Chain chain) {
            return of(List.of(chain)).getFirst();
        }

        List<ChainView> of(List<Chain> chains) {
            return of(chains, tasks::reader);
        }

        ChainSummary summary(ChainOutline chain) {
            return ChainSummary.of(chain, accounts.spent(chain.id()));
        }

        /** @param readers makes what reads the tasks of the steps, in the order of the chains */
        public List<ChainView> of(List<Chain> chains, Function<List<UUID>, TaskReader> readers) {
            TaskReader reader = readers.apply(chains.stream()
                    .flatMap(Chain::outputs)
                    .map(StepState.Done::taskId)
                    .toList());
            Map<UUID, Map<Integer, Money>> spent =
                    tasks.spentBySteps(chains.stream().map(Chain::id).toList());
            return chains.stream()
                    .map(chain -> view(chain, reader, spent.getOrDefault(chain.id(), Map.of())))
                    .toList();
        }

        private ChainView view(Chain chain, TaskReader reader, Map<Integer, Money> spent) {
            List<StepView> steps = chain.steps().stream()
                    .map(step -> view(chain, step, reader, spent.getOrDefault(step.position(), Money.ZERO)))
                    .toList();
            return new ChainView(
                    chain.id(),
                    chain.spec().labels(),
                    chain.state(),
                    chain.phase() instanceof FlowPhase.Stopping,
                    chain.createdAt(),
                    chain.phase().finishedAt(),
                    steps,
                    accounts.spent(chain.id()),
                    chain.state() == FlowState.SUCCEEDED ? steps.getLast().output() : new TaskOutput(reader, null),
                    chain.state() == FlowState.FAILED ? error(chain, steps) : null,
                    chain.fanOutId());
        }

        private static StepView view(Chain chain, Step step, TaskReader reader, Money spent) {
            StepState state = step.state();
            return new StepView(
                    chain.specOf(step).name(),
                    state.name(),
                    chain.needed(step)
                            .map(needed -> chain.specOf(needed).name())
                            .toList(),
                    state.taskId(),
                    step.attempts(),
                    step.startedAt(),
                    step.finishedAt(),
                    new TaskOutput(reader, state instanceof StepState.Done done ? done.taskId() : null),
                    state instanceof StepState.Done done ? done.variables() : Map.of(),
                    spent,
                    state instanceof StepState.Failed failed ? failed.error() : null);
        }

        private static @Nullable TaskError error(Chain chain, List<StepView> steps) {
            if (!chain.wasReadable()) {
                return TaskError.unreadable();
            }
            return chain.phase().stop() == FlowStopReason.TIMED_OUT
                    ? TIMED_OUT
                    : steps.stream()
                            .map(StepView::error)
                            .filter(error -> error != null)
                            .findFirst()
                            .orElse(null);
        }
    }
}

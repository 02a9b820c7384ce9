package dev.claudepool.fanout;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.claudepool.budget.FlowAccountStore;
import dev.claudepool.budget.Money;
import dev.claudepool.chain.ChainService;
import dev.claudepool.chain.ChainView;
import dev.claudepool.flow.FlowPhase;
import dev.claudepool.flow.FlowState;
import dev.claudepool.flow.FlowStopReason;
import dev.claudepool.flow.FlowTasks;
import dev.claudepool.submit.TaskView;
import dev.claudepool.task.Labels;
import dev.claudepool.task.TaskError;
import dev.claudepool.task.TaskReader;
import dev.claudepool.web.StreamedItems;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.stream.Gatherers;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * A fan-out as clients see it.
 *
 * @param labels what the client calls it
 * @param cancelling whether it is being stopped, and waits for its running elements to end
 * @param tasks its tasks, in the order of the request; null in a list of fan-outs
 * @param chains its chains, in the order of the request; null in a list of fan-outs
 * @param counts how many of these are in which state
 * @param spentUsd what all of them have cost together, in USD
 * @param error {@code fan-out-timed-out}, when it was stopped for that; failures of elements are in these
 * @param retryOf the ended fan-out whose failed elements it repeats
 */
record FanOutView(
        UUID id,
        @JsonUnwrapped Labels labels,
        FlowState state,
        boolean cancelling,
        Instant createdAt,
        @Nullable Instant finishedAt,
        @Nullable Collection<TaskView> tasks,
        @Nullable Collection<ChainView> chains,

        ElementCounts counts,
        Money spentUsd,
        @Nullable TaskError error,
        @Nullable UUID retryOf) {

    private static final TaskError TIMED_OUT =
            new TaskError("fan-out-timed-out", "The fan-out took longer than its timeout", false, null, null);

    @Override
    public String toString() {
        return "FanOutView[" + id + " " + state + "]";
    }

    /**
     * Makes views of fan-outs. Their elements are read one after another while they are written into the answer, so
     * that together they may be larger than the heap.
     */
    @Component
    static class Factory {

        private static final int CHAINS_AT_ONCE = 100;

        private final FlowTasks tasks;
        private final TaskView.Factory taskViews;
        private final ChainService chains;
        private final ChainView.Factory chainViews;
        private final FlowAccountStore accounts;

        Factory(
                FlowTasks tasks,
                TaskView.Factory taskViews,
                ChainService chains,
                ChainView.Factory chainViews,
                FlowAccountStore accounts) {
            this.tasks = tasks;
            this.taskViews = taskViews;
            this.chains = chains;
            this.chainViews = chainViews;
            this.accounts = accounts;
        }

        FanOutView of(FanOut fanOut) {
            return of(fanOut, tasksOf(fanOut.id()));
        }

        /** Returns the tasks of a fan-out whose end a client awaits; they are read as they end. */
        FanOutTasks tasksOf(UUID fanOutId) {
            return new FanOutTasks(fanOutId, tasks);
        }

        FanOutView of(FanOut fanOut, FanOutTasks itsTasks) {
            TaskReader elements = itsTasks.elements();
            List<UUID> itsChains = chains.ofFanOut(fanOut.id());
            return view(
                    fanOut,
                    new StreamedItems<>(
                            elements.order().size(),
                            () -> elements.order().stream()
                                    .flatMap(id -> elements.read(id).stream())
                                    .map(taskViews.now())
                                    .iterator()),
                    new StreamedItems<>(
                            itsChains.size(),
                            () -> itsChains.stream()
                                    .gather(Gatherers.windowFixed(CHAINS_AT_ONCE))
                                    .flatMap(some -> chainViews.of(chains.findAll(some), itsTasks::some).stream())
                                    .iterator()));
        }

        FanOutView withoutElements(FanOut fanOut) {
            return view(fanOut, null, null);
        }

        private FanOutView view(
                FanOut fanOut, @Nullable Collection<TaskView> itsTasks, @Nullable Collection<ChainView> itsChains) {
            return new FanOutView(
                    fanOut.id(),
                    fanOut.options().labels(),
                    fanOut.state(),
                    fanOut.phase() instanceof FlowPhase.Stopping,
                    fanOut.createdAt(),
                    fanOut.phase().finishedAt(),
                    itsTasks,
                    itsChains,
                    fanOut.counts(),
                    accounts.spent(fanOut.id()),
                    fanOut.phase().isFinal() && fanOut.phase().stop() == FlowStopReason.TIMED_OUT ? TIMED_OUT : null,
                    fanOut.retryOf());
        }
    }
}

package dev.claudepool.fanout;

import dev.claudepool.chain.Chain;
import dev.claudepool.chain.ChainService;
import dev.claudepool.flow.FlowDeadlines;
import dev.claudepool.flow.FlowStopReason;
import dev.claudepool.flow.FlowTasks;
import dev.claudepool.problem.ProblemCode;
import dev.claudepool.problem.ProblemException;
import dev.claudepool.store.Transactions;
import dev.claudepool.task.HoldReason;
import dev.claudepool.task.Task;
import dev.claudepool.task.TaskChanges;
import dev.claudepool.task.TaskState;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.stereotype.Component;

/**
 * Follows the elements of fan-outs: the transaction in which an element begins or ends also counts it, and releases
 * another or stops all others. Thread-safe.
 */
@Component
class FanOutEngine implements SmartInitializingSingleton {

    /** The number of elements that one transaction cancels, so that no other writer waits for long. */
    private static final int CANCELLED_AT_ONCE = 100;

    private final FanOutStore store;
    private final FanOutEvents events;
    private final FlowTasks tasks;
    private final ChainService chains;
    private final FlowDeadlines deadlines;
    private final Transactions transactions;
    private final InstantSource clock;

    FanOutEngine(
            FanOutStore store,
            FanOutEvents events,
            FlowTasks tasks,
            ChainService chains,
            FlowDeadlines deadlines,
            TaskChanges changes,
            Transactions transactions,
            InstantSource clock) {
        this.store = store;
        this.events = events;
        this.tasks = tasks;
        this.chains = chains;
        this.deadlines = deadlines;
        this.transactions = transactions;
        this.clock = clock;
        changes.listen(this::onTaskChanged);
        chains.listen(this::onChainChanged);
    }

    /** Goes on with what the last stop of the service has cut off. */
    @Override
    public void afterSingletonsInstantiated() {
        store.toWatch().forEach(fanOut -> {
            if (fanOut.phase().stop() == null) {
                watch(shortened(fanOut));
            } else {
                cancelSoon(fanOut.id());
            }
        });
    }

    /** The clock of the instance that accepted it may have been ahead of the present one. */
    private FanOut shortened(FanOut fanOut) {
        FanOut shortened = fanOut.notLaterThanAcceptedAt(deadlines.now());
        if (!shortened.equals(fanOut)) {
            transactions.writing(() -> store.replace(shortened));
        }
        return shortened;
    }

    /** Stops it when it takes too long. */
    void watch(FanOut fanOut) {
        Instant deadline = fanOut.deadline();
        if (deadline != null) {
            deadlines.at(deadline, () -> stopIfUnstopped(fanOut.id(), FlowStopReason.TIMED_OUT));
        }
    }

    /** Cancels what has not ended; blocks until that is so of what is queued. */
    void stopIfUnstopped(UUID id, FlowStopReason reason) {
        boolean stopped = transactions.write(() -> {
            Optional<FanOut> running =
                    store.find(id).filter(fanOut -> fanOut.phase().isStoppable());
            running.ifPresent(fanOut -> stop(fanOut.stopped(reason)));
            return running.isPresent();
        });
        if (stopped) {
            cancelRest(id);
        }
    }

    /** Stops the fan-out: no further element begins. */
    private void stop(FanOut stopped) {
        store.replace(stopped);
        tasks.holdAll(stopped.id());
        events.changed(stopped);
    }

    private void cancelSoon(UUID id) {
        deadlines.at(deadlines.now(), () -> cancelRest(id));
    }

    private void cancelRest(UUID id) {
        int some;
        do {
            some = transactions.write(() -> {
                List<UUID> someTasks = tasks.cancellable(id, CANCELLED_AT_ONCE);
                List<UUID> someChains = chains.cancellable(id, CANCELLED_AT_ONCE);
                someTasks.forEach(tasks::cancel);
                someChains.forEach(chains::cancel);
                return someTasks.size() + someChains.size();
            });
        } while (some > 0);
    }

    /** Begins one more held chain, if there is one and the concurrency allows it. */
    void beginNextChain(UUID id) {
        FanOut fanOut = get(id);
        if (!fanOut.options().allowsOneMoreThan(fanOut.counts().running())) {
            return;
        }
        chains.nextHeld(id).ifPresent(chain -> {
            move(fanOut, TaskState.Name.QUEUED, TaskState.Name.RUNNING);
            chains.begin(chain);
        });
    }

    private void onTaskChanged(Task before, Task after) {
        UUID id = after.origin().fanOutId();
        if (id == null || after.origin().chainId() != null) {
            return;
        }
        boolean wasHeld = before.state() instanceof TaskState.Queued queued && queued.hold() == HoldReason.FAN_OUT;
        changed(id, before.state().name(), after.state().name(), wasHeld, () -> tasks.releaseNext(id));
    }

    private void onChainChanged(Chain before, Chain after) {
        UUID id = after.fanOutId();
        if (id != null) {
            changed(id, stateOf(before), stateOf(after), before.phase().isHeld(), () -> beginNextChain(id));
        }
    }

    private static TaskState.Name stateOf(Chain chain) {
        return switch (chain.state()) {
            case RUNNING -> chain.phase().isHeld() ? TaskState.Name.QUEUED : TaskState.Name.RUNNING;
            case SUCCEEDED -> TaskState.Name.SUCCEEDED;
            case FAILED -> TaskState.Name.FAILED;
            case CANCELLED -> TaskState.Name.CANCELLED;
        };
    }

    /** @param next starts another element, where one may start */
    private void changed(UUID id, TaskState.Name from, TaskState.Name to, boolean wasHeld, Runnable next) {
        if (from == to) {
            return;
        }
        FanOut before = get(id);
        if (from.isFinal()) {
            requireGoingOn(before);
        }
        FanOut after = move(before, from, to);
        if (from.isFinal() || to.isFinal()) {
            events.changed(after);
        }
        if (after.phase().isFinal()) {
            events.ended(after);
        } else if (after.phase().stop() == null && after.options().failFast() && to == TaskState.Name.FAILED) {
            stop(after.stopped(FlowStopReason.FAILED_FAST));
            transactions.afterCommit(() -> cancelSoon(id));
        } else if (after.phase().stop() == null && (from.isFinal() || (leavesAPlace(after, to) && !wasHeld))) {
            next.run();
        }
    }

    /** Checks that an element may be retried. */
    private void requireGoingOn(FanOut fanOut) {
        if (fanOut.phase().stop() != null || deadlines.isOver(fanOut.deadline())) {
            throw new ProblemException(ProblemCode.CONFLICT, "The chain belongs to a fan-out that was stopped");
        }
    }

    private static boolean leavesAPlace(FanOut fanOut, TaskState.Name to) {
        return to.isFinal() && fanOut.options().maxConcurrency() != null;
    }

    private FanOut move(FanOut before, TaskState.Name from, TaskState.Name to) {
        FanOut after = before.counting(before.counts().moved(from, to), clock.instant());
        store.replace(after);
        return after;
    }

    private FanOut get(UUID id) {
        return store.find(id).orElseThrow();
    }
}

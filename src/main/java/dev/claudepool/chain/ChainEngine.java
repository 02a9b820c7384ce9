package dev.claudepool.chain;

import dev.claudepool.flow.FlowDeadlines;
import dev.claudepool.flow.FlowStopReason;
import dev.claudepool.flow.FlowTasks;
import dev.claudepool.store.Transactions;
import dev.claudepool.task.Task;
import dev.claudepool.task.TaskChanges;
import dev.claudepool.task.TaskState;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.stereotype.Component;

/**
 * Advances chains: the transaction in which a task of a chain ends also makes the tasks of the steps that waited for
 * it. So a chain stands still only while its tasks are queued or run, and after a crash there is nothing to catch up.
 * Thread-safe.
 */
@Component
class ChainEngine implements SmartInitializingSingleton {

    private final ChainStore store;
    private final StepRunner steps;
    private final FlowTasks tasks;
    private final ChainEvents events;
    private final FlowDeadlines deadlines;
    private final Transactions transactions;
    private final InstantSource clock;
    private final List<ChainListener> listeners = new CopyOnWriteArrayList<>();

    ChainEngine(
            ChainStore store,
            StepRunner steps,
            FlowTasks tasks,
            ChainEvents events,
            FlowDeadlines deadlines,
            TaskChanges changes,
            Transactions transactions,
            InstantSource clock) {
        this.store = store;
        this.steps = steps;
        this.tasks = tasks;
        this.events = events;
        this.deadlines = deadlines;
        this.transactions = transactions;
        this.clock = clock;
        changes.listen(this::onTaskChanged);
    }

    @Override
    public void afterSingletonsInstantiated() {
        store.unfinished().stream().flatMap(id -> store.find(id).stream()).forEach(this::goOnAfterStart);
    }

    private void goOnAfterStart(Chain chain) {
        if (chain.wasReadable()) {
            watch(shortened(chain));
        } else if (!chain.phase().isHeld()) {
            transactions.writing(() -> endUnreadable(chain));
        }
    }

    private void endUnreadable(Chain chain) {
        if (!chain.phase().isFinal()) {
            goOn(chain, chain);
        }
    }

    /** The clock of the instance that began it may have been ahead of the present one. */
    private Chain shortened(Chain chain) {
        Chain shortened = chain.notLaterThanBegunAt(deadlines.now());
        if (!shortened.equals(chain)) {
            transactions.writing(() -> store.replace(chain, shortened));
        }
        return shortened;
    }

    /** Calls {@code listener}, inside the transaction, when a chain's state changed. */
    void listen(ChainListener listener) {
        listeners.add(listener);
    }

    /** Begins the first steps of a chain. */
    void begin(Chain chain) {
        Chain begun = chain.begunAt(deadlines.now());
        goOn(begun, begun);
        transactions.afterCommit(() -> watch(begun));
    }

    /** Resumes a failed chain from where it failed; a chain of a fan-out begins when the fan-out releases it. */
    void retry(Chain failed) {
        Chain reset = failed.reset();
        store.replace(failed, reset);
        tasks.keep(reset.id(), reset.spec().namedSessions());
        events.retried(failed, reset);
        if (reset.fanOutId() == null) {
            begin(reset);
        } else {
            listeners.forEach(listener -> listener.changed(failed, reset));
        }
    }

    /** Begins no further step, and cancels the tasks of those that run. */
    void stop(Chain chain, FlowStopReason reason) {
        Chain stopped = chain.stopped(reason);
        store.replace(chain, stopped);
        if (stopped.running().findAny().isPresent()) {
            events.changed(stopped);
            stopped.running().forEach(running -> tasks.cancel(running.taskId()));
        } else {
            goOn(stopped, stopped);
        }
    }

    private void watch(Chain chain) {
        Instant deadline = chain.deadline();
        if (deadline != null) {
            deadlines.at(deadline, () -> stopIfTooLate(chain.id()));
        }
    }

    private void stopIfTooLate(UUID id) {
        transactions.writing(() ->
                store.find(id).filter(chain -> chain.phase().isStoppable()).ifPresent(this::stopIfTooLate));
    }

    /** Stops the chain if its deadline is over; a retry may have given it another. */
    private void stopIfTooLate(Chain chain) {
        if (deadlines.isOver(chain.deadline())) {
            stop(chain, FlowStopReason.TIMED_OUT);
        } else {
            watch(chain);
        }
    }

    private void onTaskChanged(Task before, Task after) {
        UUID chainId = after.origin().chainId();
        if (chainId == null || !(after.state() instanceof TaskState.Ended ended)) {
            return;
        }
        Chain chain = store.find(chainId).orElseThrow();
        if (!chain.wasReadable()) {
            endUnreadable(chain);
            return;
        }
        Step step = chain.steps().get(Objects.requireNonNull(after.origin().step()));
        if (step.state() instanceof StepState.Running running
                && running.taskId().equals(after.id())) {
            goOn(chain, chain.with(steps.ended(chain, step, running, after, ended)));
        }
    }

    /** Makes the tasks of the steps that are due, or ends the chain; stores the result in place of {@code before}. */
    private void goOn(Chain before, Chain changed) {
        Chain now = changed;
        for (Step due : now.due()) {
            if (!now.isHalted()) { // by a step before it of which no task can be made
                now = now.with(steps.begun(now, due));
            }
        }
        if (now.running().findAny().isEmpty()) {
            now = now.finished(clock.instant());
        }
        store.replace(before, now);
        publish(before, now);
        tasks.dispatch();
    }

    private void publish(Chain before, Chain after) {
        after.steps().stream()
                .filter(step -> !step.equals(before.steps().get(step.position())))
                .forEach(step -> events.stepChanged(after, step));
        if (after.phase().isFinal()) {
            events.ended(after);
            tasks.release(after.id());
            listeners.forEach(listener -> listener.changed(before, after));
        }
    }
}

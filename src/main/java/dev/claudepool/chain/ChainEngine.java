package dev.claudepool.chain;

import dev.claudepool.flow.FlowDeadlines;
import dev.claudepool.flow.FlowTasks;
import dev.claudepool.queue.BackOff;
import dev.claudepool.store.MonotonicClock;
import dev.claudepool.store.Transactions;
import dev.claudepool.task.Task;
import dev.claudepool.task.TaskChanges;
import dev.claudepool.task.TaskError;
import dev.claudepool.task.TaskState;
import dev.claudepool.template.OutputVars;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.stream.Stream;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.stereotype.Component;

/**
 * Lets chains go on: in the very transaction in which a task of one ends, the tasks of the steps that were waiting for
 * it are made. So a chain stands still only while its tasks are queued or run, and after a crash there is nothing to
 * catch up. Thread-safe.
 */
@Component
class ChainEngine implements SmartInitializingSingleton {

    private static final Duration LONGEST_BACKOFF = Duration.ofHours(1);

    private final ChainStore store;
    private final StepTaskFactory stepTasks;
    private final FlowTasks tasks;
    private final OutputVars outputVars;
    private final ChainEvents events;
    private final ChainMetrics metrics;
    private final FlowDeadlines deadlines;
    private final Transactions transactions;
    private final MonotonicClock monotonicClock;
    private final InstantSource clock;
    private final List<ChainListener> listeners = new CopyOnWriteArrayList<>();

    ChainEngine(
            ChainStore store,
            StepTaskFactory stepTasks,
            FlowTasks tasks,
            OutputVars outputVars,
            ChainEvents events,
            ChainMetrics metrics,
            FlowDeadlines deadlines,
            TaskChanges changes,
            Transactions transactions,
            MonotonicClock monotonicClock,
            InstantSource clock) {
        this.store = store;
        this.stepTasks = stepTasks;
        this.tasks = tasks;
        this.outputVars = outputVars;
        this.events = events;
        this.metrics = metrics;
        this.deadlines = deadlines;
        this.transactions = transactions;
        this.monotonicClock = monotonicClock;
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
        } else if (chain.begun()) {
            transactions.writing(() -> endUnreadable(chain));
        }
    }

    private void endUnreadable(Chain chain) {
        if (!chain.isFinal()) {
            goOn(chain, chain);
        }
    }

    /** The clock of the instance that began it may have been ahead of the present one. */
    private Chain shortened(Chain chain) {
        Chain shortened = chain.notLaterThanBegunAt(monotonicClock.after(Duration.ZERO));
        if (!shortened.equals(chain)) {
            transactions.writing(() -> store.replace(chain, shortened));
        }
        return shortened;
    }

    /** Calls {@code listener}, inside the transaction, when the state of a chain is another. */
    void listen(ChainListener listener) {
        listeners.add(listener);
    }

    /** Keeps the tasks in whose sessions steps are to go on, until the chain ends. */
    void keepSessions(Chain chain) {
        tasks.keep(
                chain.id(),
                chain.spec().steps().stream()
                        .flatMap(step -> Stream.ofNullable(
                                StepTaskFactory.template(chain.spec(), step).namedSession()))
                        .toList());
    }

    /** Lets the first steps of a chain begin. */
    void begin(Chain chain) {
        Chain begun = chain.begunAt(monotonicClock.after(Duration.ZERO));
        goOn(begun, begun);
        transactions.afterCommit(() -> watch(begun));
    }

    /** Lets a chain that has failed go on from where it failed; one of a fan-out once that lets it. */
    void retry(Chain failed) {
        Chain reset = failed.reset();
        store.replace(failed, reset);
        keepSessions(reset);
        events.begun(reset);
        transactions.afterCommit(() -> metrics.retried(failed));
        if (reset.fanOutId() == null) {
            begin(reset);
        } else {
            listeners.forEach(listener -> listener.changed(failed, reset));
        }
    }

    /** Begins no further step, and cancels the tasks of those that run. */
    void stop(Chain chain, Chain.Stop reason) {
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
        transactions.writing(() -> store.find(id)
                .filter(chain -> !chain.isFinal() && chain.stop() == null)
                .ifPresent(this::stopIfTooLate));
    }

    /** It may have been retried meanwhile, and so have another deadline. */
    private void stopIfTooLate(Chain chain) {
        Instant deadline = chain.deadline();
        if (deadline != null && !deadline.isAfter(monotonicClock.instant())) {
            stop(chain, Chain.Stop.TIMED_OUT);
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
            goOn(chain, chain.with(ended(chain, step, running, after, ended)));
        }
    }

    private Step ended(Chain chain, Step step, StepState.Running running, Task task, TaskState.Ended ended) {
        return switch (ended) {
            case TaskState.Cancelled _ -> step.with(running.cancelled());
            case TaskState.Failed failed -> failed(chain, step, running, task, failed.error());
            case TaskState.Succeeded succeeded ->
                switch (outputVars.of(
                        succeeded.answer().output(),
                        succeeded.answer().structuredOutput(),
                        chain.specOf(step).outputVars())) {
                    case OutputVars.Found(var values) -> step.with(running.succeeded(values));
                    case OutputVars.Missing(String message) ->
                        failed(
                                chain,
                                step,
                                running,
                                task,
                                new TaskError("output-var-missing", message, true, null, null));
                };
        };
    }

    /** What could not be paid before it started would not be when tried again. */
    private Step failed(Chain chain, Step step, StepState.Running running, Task task, TaskError error) {
        StepSpec.FailurePolicy policy = chain.specOf(step).failurePolicy();
        String recoveryPrompt = policy.recoveryPrompt();
        if (chain.isHalted() || task.epoch() == 0 || running.recovers()) {
            return step.with(running.failed(error));
        }
        if (running.failures() < policy.retries()) {
            Duration delay = new BackOff(policy.backoff(), LONGEST_BACKOFF).after(running.failures() + 1);
            return make(chain, step, stepTasks.of(chain, step), delay, running::again, running::failed);
        }
        if (recoveryPrompt == null) {
            return step.with(running.failed(error));
        }
        UUID conversation = task.sessionId() == null ? null : task.id();
        StepTaskFactory.StepTaskResult recovery =
                stepTasks.ofRecovery(chain, step, recoveryPrompt, error.message(), conversation);
        return make(chain, step, recovery, Duration.ZERO, running::recovering, running::failed);
    }

    /** Makes the tasks of the steps that are due, or ends the chain; stores what has become of {@code before}. */
    private void goOn(Chain before, Chain changed) {
        Chain now = changed;
        for (Step due : now.due()) {
            if (!now.isHalted()) { // by a step before it of which no task can be made
                now = now.with(begun(now, due));
            }
        }
        if (now.running().findAny().isEmpty()) {
            now = now.finished(now());
        }
        store.replace(before, now);
        tellOf(before, now);
        tasks.dispatch();
    }

    private Step begun(Chain chain, Step step) {
        StepState.Pending pending = new StepState.Pending();
        return make(chain, step, stepTasks.of(chain, step), Duration.ZERO, pending::begun, pending::failed);
    }

    /** Queues the task that was made of a step, which fails where none could be. */
    private Step make(
            Chain chain,
            Step step,
            StepTaskFactory.StepTaskResult made,
            Duration delay,
            Function<UUID, StepState.Running> begun,
            Function<TaskError, StepState.Failed> failed) {
        return switch (made) {
            case StepTaskFactory.StepTaskResult.Possible(var spec) -> {
                Task task = tasks.add(spec, chain.origin(step), chain.createdAt(), delay, null);
                yield step.withTask(begun.apply(task.id()));
            }
            case StepTaskFactory.StepTaskResult.Impossible(TaskError reason) -> step.with(failed.apply(reason));
        };
    }

    private void tellOf(Chain before, Chain after) {
        after.steps().stream()
                .filter(step -> !step.equals(before.steps().get(step.position())))
                .forEach(step -> events.stepChanged(after, step));
        if (after.isFinal()) {
            events.changed(after);
            tasks.release(after.id());
            transactions.afterCommit(() -> metrics.ended(after));
            listeners.forEach(listener -> listener.changed(before, after));
        }
    }

    private Instant now() {
        return Instant.ofEpochMilli(clock.millis());
    }
}

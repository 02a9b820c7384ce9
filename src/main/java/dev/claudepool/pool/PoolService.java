package dev.claudepool.pool;

import dev.claudepool.claude.ClaudeLauncher;
import dev.claudepool.context.SharedContext;
import dev.claudepool.event.Event;
import dev.claudepool.event.EventLog;
import dev.claudepool.problem.FieldRules;
import dev.claudepool.problem.ProblemCode;
import dev.claudepool.problem.ProblemException;
import dev.claudepool.security.Caller;
import dev.claudepool.store.MonotonicClock;
import dev.claudepool.store.Transactions;
import dev.claudepool.task.Admission;
import dev.claudepool.task.TaskLimits;
import dev.claudepool.task.TaskQueue;
import dev.claudepool.task.TaskRecovery;
import dev.claudepool.task.TaskSpec;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Service;

/**
 * The slots of this node and their lifecycle. At the start it ends what a dead instance left behind and requeues its
 * tasks. At the stop it is drained, keeping the tasks that wait: running ones may finish within
 * {@code claude-pool.drain.grace}, then they are interrupted, to go on at the next start. Thread-safe.
 */
@Service
public class PoolService implements Admission, SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(PoolService.class);
    private static final Duration STOPPING_RETRY = Duration.ofSeconds(10);

    private final PoolProperties properties;
    private final TaskLimits limits;
    private final ClaudeLauncher launcher;
    private final TaskQueue queue;
    private final TaskRecovery recovery;
    private final Slots slots;
    private final SlotStore slotStore;
    private final ProviderGate provider;
    private final PoolEvents events;
    private final Transactions transactions;
    private final Dispatcher dispatcher;
    private final Drain drain;
    private final AtomicReference<@Nullable CompletableFuture<DrainSummary>> draining = new AtomicReference<>();
    private volatile PoolState state = PoolState.STOPPED;

    PoolService(
            PoolProperties properties,
            TaskLimits limits,
            DrainProperties drainProperties,
            ClaudeLauncher launcher,
            LaunchSpecs specs,
            SharedContext context,
            TaskQueue queue,
            TaskRecovery recovery,
            RunningAttempts attempts,
            Slots slots,
            SlotStore slotStore,
            ProviderGate provider,
            PoolEvents events,
            EventLog eventLog,
            Transactions transactions,
            MonotonicClock clock) {
        this.properties = properties;
        this.limits = limits;
        this.launcher = launcher;
        this.queue = queue;
        this.recovery = recovery;
        this.slots = slots;
        this.slotStore = slotStore;
        this.provider = provider;
        this.events = events;
        this.transactions = transactions;
        this.dispatcher = new Dispatcher(queue, attempts, specs, slotStore, slots, provider, transactions, clock);
        this.drain = new Drain(drainProperties, queue, attempts, slots, dispatcher, clock);
        eventLog.listen(this::onEvent);
        context.onChange(() -> slots.stream().forEach(Slot::refresh));
    }

    @Override
    public void start() {
        int leftovers = launcher.endLeftovers();
        int interrupted = recovery.recover();
        if (leftovers + interrupted > 0) {
            log.warn("Recovered from a crash processesEnded={} tasksRequeued={}", leftovers, interrupted);
        }
        state = PoolState.RUNNING;
        slots.scaleTo(properties.slots(), this::onSlotChanged);
        warnOfSettingsBeyondLimits();
        dispatcher.start();
        events.poolChanged(state, null);
        log.info("Pool started slots={}", properties.slots());
    }

    /** Settings are kept, since only an administrator can have made them; but somebody should know of these. */
    private void warnOfSettingsBeyondLimits() {
        slots.stream().forEach(slot -> {
            FieldRules rules = new FieldRules("config.");
            if (limits.bindAll()) {
                limits.check(slot.settings().config(), rules);
            }
            limits.checkServers(slot.settings().config(), rules);
            rules.errors()
                    .forEach(error -> log.warn(
                            "Slot {} keeps a setting that could not be made now; change it with PATCH: {} {}",
                            slot.id(),
                            error.field(),
                            error.message()));
        });
    }

    @Override
    public void stop() {
        try {
            var _ = drain(DrainMode.KEEP);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public boolean isRunning() {
        return state != PoolState.STOPPED;
    }

    /**
     * Ends the pool: it takes no more tasks, lets those that run finish within {@code claude-pool.drain.grace}, then
     * interrupts them, and ends all processes. Blocks until that is done; whoever calls while it is drained already, or
     * was, gets the same summary.
     */
    DrainSummary drain(DrainMode queued) throws InterruptedException {
        CompletableFuture<DrainSummary> mine = new CompletableFuture<>();
        CompletableFuture<DrainSummary> others = draining.compareAndExchange(null, mine);
        if (others != null) {
            return others.join();
        }
        state = PoolState.DRAINING;
        events.poolChanged(state, null);
        try {
            mine.complete(drain.carryOut(queued));
        } finally {
            boolean _ = mine.completeExceptionally(new IllegalStateException("the drain was cut short"));
            state = PoolState.STOPPED;
            events.poolChanged(state, null);
        }
        return mine.join();
    }

    /**
     * Makes so many slots. Those that leave finish their tasks.
     *
     * @throws ProblemException {@code validation-failed}, or {@code conflict} when the pool is stopping
     */
    void scale(int count) {
        if (count < 1 || count > properties.maxSlots()) {
            throw ProblemException.invalid("slots", "must be between 1 and " + properties.maxSlots());
        }
        requireRunning();
        slots.scaleTo(count, this::onSlotChanged);
        log.info("Pool scaled slots={}", count);
    }

    /**
     * Changes who a slot is and how it works, from its next task on. The limits of tasks bind what is changed; what was
     * set before is kept.
     *
     * @throws ProblemException {@code slot-not-found}, {@code validation-failed}, or {@code forbidden}
     */
    Slot configure(String slotId, UnaryOperator<SlotSettings> change, Caller caller) {
        Slot slot = slots.find(slotId).orElseThrow(PoolService::slotNotFound);
        SlotSettings settings = transactions.write(() -> {
            SlotSettings before = slotStore.settingsOf(slotId);
            SlotSettings changed = change.apply(before);
            changed.verify();
            limits.verify(changed.config().changedFrom(before.config()), "config", caller);
            slotStore.saveSettings(slotId, changed);
            return changed;
        });
        slot.configure(settings);
        events.slotConfigured(slot);
        return slot;
    }

    /** Gives out no more tasks; those that run go on. */
    void pause() {
        requireRunning();
        queue.pause();
        events.poolChanged(state(), null);
    }

    /** Gives out tasks again, also after the provider had refused us or was at its limit. */
    void resume() {
        requireRunning();
        queue.resume();
        provider.reset();
        events.poolChanged(state(), null);
        dispatcher.wake();
    }

    private void requireRunning() {
        if (state != PoolState.RUNNING) {
            throw new ProblemException(ProblemCode.CONFLICT, "The pool is stopping or has stopped");
        }
    }

    PoolState state() {
        return state == PoolState.RUNNING && queue.isPaused() ? PoolState.PAUSED : state;
    }

    List<Slot> slots() {
        return slots.all();
    }

    /** The live {@code claude} processes of all slots, those that are leaving included. */
    int processCount() {
        return slots.allWithProcesses().stream()
                .mapToInt(slot -> slot.processes().count())
                .sum();
    }

    Slot slot(String id) {
        return slots.find(id).orElseThrow(PoolService::slotNotFound);
    }

    private static ProblemException slotNotFound() {
        return new ProblemException(ProblemCode.SLOT_NOT_FOUND, "There is no slot of that id");
    }

    @Override
    public void check(TaskSpec spec) {
        if (state == PoolState.DRAINING || state == PoolState.STOPPED) {
            throw noSlots("The pool is stopping");
        }
        List<Slot> staying = slots.stream().filter(slot -> !slot.takesNoMore()).toList();
        if (staying.stream().noneMatch(slot -> slot.candidate().fits(spec))) {
            throw noSlots(
                    staying.stream().anyMatch(slot -> Objects.equals(slot.id(), spec.slot()))
                            ? "That slot does not have that role"
                            : spec.slot() != null ? "There is no slot of that id" : "No slot has that role");
        }
    }

    @Override
    public boolean owns(UUID session) {
        return slotStore.has(session);
    }

    @Override
    public void queued() {
        dispatcher.claim();
    }

    private static ProblemException noSlots(String detail) {
        return new ProblemException(ProblemCode.NO_SLOTS_AVAILABLE, detail).withRetryAfter(STOPPING_RETRY);
    }

    private void onSlotChanged(Slot slot, SlotState next) {
        switch (next) {
            case SlotState.Idle _ -> dispatcher.wake();
            case SlotState.Stopped _ when state == PoolState.RUNNING -> slots.remove(slot);
            default -> {}
        }
        events.slotChanged(slot);
    }

    /**
     * A task that is queued, or has ended and so frees its session, and money may mean that one can be given out; and
     * of a pause the dispatcher must know when it ends.
     */
    private void onEvent(Event event) {
        switch (event.type()) {
            case TASK_STATE, POOL_STATE, BUDGET_CHANGED -> dispatcher.wake();
            default -> {}
        }
    }
}

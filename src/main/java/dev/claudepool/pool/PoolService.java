package dev.claudepool.pool;

import dev.claudepool.claude.ClaudeLauncher;
import dev.claudepool.event.Event;
import dev.claudepool.event.EventLog;
import dev.claudepool.event.EventType;
import dev.claudepool.task.Admission;
import dev.claudepool.task.TaskQueue;
import dev.claudepool.task.TaskSpec;
import dev.claudepool.web.ProblemCode;
import dev.claudepool.web.ProblemException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Service;

/**
 * The slots of this node and their lifecycle: at the start it ends what a dead instance left behind and requeues its
 * tasks; at the stop it lets running tasks finish within {@code claude-pool.drain.grace}, then interrupts them, to go
 * on at the next start. Thread-safe.
 */
@Service
public class PoolService implements Admission, SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(PoolService.class);
    private static final Duration STOPPING_RETRY = Duration.ofSeconds(10);
    /** How long interrupted attempts may take to be settled: interrupt, TERM and KILL have their own, shorter times. */
    private static final Duration INTERRUPTION = Duration.ofSeconds(20);

    private final ClaudeLauncher launcher;
    private final TaskQueue queue;
    private final RunningAttempts attempts;
    private final PoolEvents events;
    private final DrainProperties drain;
    private final ProviderGate gate;
    private final List<Slot> slots;
    private final Dispatcher dispatcher;
    private volatile PoolState state = PoolState.STOPPED;

    PoolService(
            PoolProperties properties,
            DrainProperties drain,
            ClaudeLauncher launcher,
            LaunchSpecs specs,
            TaskQueue queue,
            RunningAttempts attempts,
            SlotStore slotStore,
            ProviderGate gate,
            PoolEvents events,
            EventLog eventLog,
            InstantSource clock) {
        this.launcher = launcher;
        this.queue = queue;
        this.attempts = attempts;
        this.events = events;
        this.drain = drain;
        this.gate = gate;
        this.slots = IntStream.range(0, properties.slots())
                .mapToObj(number -> "slot-" + number)
                .map(id -> new Slot(
                        id,
                        new SlotProcesses(id, launcher),
                        specs.standard(),
                        slotStore.sessionOf(id).orElse(null),
                        this::onSlotChanged,
                        clock))
                .toList();
        this.dispatcher = new Dispatcher(queue, attempts, specs, slotStore, slots, clock);
        eventLog.listen(this::onEvent);
    }

    @Override
    public void start() {
        int leftovers = launcher.endLeftovers();
        int interrupted = queue.recover();
        if (leftovers + interrupted > 0) {
            log.warn("Recovered from a crash processesEnded={} tasksRequeued={}", leftovers, interrupted);
        }
        state = PoolState.RUNNING;
        slots.forEach(Slot::start);
        dispatcher.start();
        events.poolChanged(state, null);
        log.info("Pool started slots={}", slots.size());
    }

    @Override
    public void stop() {
        state = PoolState.DRAINING;
        events.poolChanged(state, null);
        try {
            dispatcher.stop();
            log.info("Pool stops runningTasks={} grace={}", attempts.count(), drain.grace());
            if (!attempts.awaitNone(drain.grace())) {
                attempts.stopAll();
                attempts.awaitNone(INTERRUPTION);
            }
            List<Thread> stops = slots.stream()
                    .map(slot -> Thread.ofVirtual().start(slot::stop))
                    .toList();
            for (Thread stop : stops) {
                stop.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        state = PoolState.STOPPED;
        events.poolChanged(state, null);
    }

    @Override
    public boolean isRunning() {
        return state != PoolState.STOPPED;
    }

    /** Gives out no more tasks; those that run go on. */
    public void pause() {
        queue.setPaused(true);
        events.poolChanged(state(), null);
    }

    /** Gives out tasks again, also after the provider had refused us. */
    public void resume() {
        queue.setPaused(false);
        gate.open();
        events.poolChanged(state(), null);
        dispatcher.wake();
    }

    PoolState state() {
        return state == PoolState.RUNNING && queue.isPaused() ? PoolState.PAUSED : state;
    }

    List<Slot> slots() {
        return slots;
    }

    Optional<Slot> slot(String id) {
        return slots.stream().filter(slot -> slot.id().equals(id)).findFirst();
    }

    @Override
    public void check(TaskSpec spec) {
        if (state == PoolState.DRAINING || state == PoolState.STOPPED) {
            throw new ProblemException(ProblemCode.NO_SLOTS_AVAILABLE, "The pool is stopping")
                    .withRetryAfter(STOPPING_RETRY);
        }
        String wanted = spec.slot();
        if (wanted != null && slot(wanted).isEmpty()) {
            throw new ProblemException(ProblemCode.NO_SLOTS_AVAILABLE, "There is no slot of that id")
                    .withRetryAfter(STOPPING_RETRY);
        }
        if (spec.role() != null) {
            throw new ProblemException(ProblemCode.NO_SLOTS_AVAILABLE, "No slot has that role")
                    .withRetryAfter(STOPPING_RETRY);
        }
    }

    private void onSlotChanged(Slot slot, SlotState next) {
        if (next instanceof SlotState.Idle) {
            dispatcher.wake();
        }
        events.slotChanged(slot.id(), next);
    }

    /** A task that is queued, or has ended and so frees its session, may mean that one can be given out. */
    private void onEvent(Event event) {
        if (event.type() == EventType.TASK_STATE) {
            dispatcher.wake();
        }
    }
}

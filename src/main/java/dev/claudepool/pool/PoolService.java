package dev.claudepool.pool;

import dev.claudepool.dispatch.Dispatcher;
import dev.claudepool.dispatch.ProviderGate;
import dev.claudepool.dispatch.WaitingEvents;
import dev.claudepool.problem.ProblemCode;
import dev.claudepool.problem.ProblemException;
import dev.claudepool.queue.QueuePause;
import dev.claudepool.queue.TaskRecovery;
import dev.claudepool.security.Caller;
import dev.claudepool.slot.Slots;
import dev.claudepool.store.ShutdownPhases;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Service;

/**
 * The lifecycle of this node's slots. At the start it ends what a dead instance left behind and requeues its tasks. At
 * the stop it drains the pool and keeps the queued tasks: running ones may finish within
 * {@code claude-pool.drain.grace}, then they are interrupted, to go on at the next start. Thread-safe.
 */
@Service
public class PoolService implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(PoolService.class);

    private final PoolProperties properties;
    private final TaskRecovery recovery;
    private final Slots slots;
    private final QueuePause pause;
    private final ProviderGate provider;
    private final Dispatcher dispatcher;
    private final Drain drain;
    private final PoolEvents events;
    private final WaitingEvents waitingEvents;
    private final PoolStatistics statistics;
    private final AtomicReference<@Nullable CompletableFuture<DrainSummary>> draining = new AtomicReference<>();
    private volatile PoolState state = PoolState.STOPPED;

    PoolService(
            PoolProperties properties,
            TaskRecovery recovery,
            Slots slots,
            QueuePause pause,
            ProviderGate provider,
            Dispatcher dispatcher,
            Drain drain,
            PoolEvents events,
            WaitingEvents waitingEvents,
            PoolStatistics statistics) {
        this.properties = properties;
        this.recovery = recovery;
        this.slots = slots;
        this.pause = pause;
        this.provider = provider;
        this.dispatcher = dispatcher;
        this.drain = drain;
        this.events = events;
        this.waitingEvents = waitingEvents;
        this.statistics = statistics;
    }

    @Override
    public void start() {
        int leftovers = slots.endLeftovers();
        int interrupted = recovery.recover();
        if (leftovers + interrupted > 0) {
            log.warn("Recovered from a crash processesEnded={} tasksRequeued={}", leftovers, interrupted);
        }
        state = PoolState.RUNNING;
        slots.scaleTo(properties.slots());
        dispatcher.start();
        events.poolChanged(state());
        waitingEvents.start();
        statistics.start(this);
        log.info("Pool started slots={}", properties.slots());
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

    @Override
    public int getPhase() {
        return ShutdownPhases.POOL;
    }

    /**
     * Ends the pool: it accepts no more tasks, lets running ones finish within {@code claude-pool.drain.grace}, then
     * interrupts them, and ends all processes. Blocks until that is done; a caller that comes later gets the summary of
     * the first drain.
     */
    DrainSummary drain(DrainMode mode) throws InterruptedException {
        CompletableFuture<DrainSummary> mine = new CompletableFuture<>();
        CompletableFuture<DrainSummary> others = draining.compareAndExchange(null, mine);
        if (others != null) {
            return others.join();
        }
        slots.close();
        state = PoolState.DRAINING;
        events.poolChanged(state);
        try {
            mine.complete(drain.carryOut(mode));
        } finally {
            boolean _ = mine.completeExceptionally(new IllegalStateException("the drain was cut short"));
            state = PoolState.STOPPED;
            events.poolChanged(state);
        }
        return mine.join();
    }

    /**
     * Changes the number of slots. Those that leave finish their tasks.
     *
     * @throws ProblemException {@code validation-failed}, or {@code conflict} when the pool is stopping
     */
    void scale(int count, Caller by) {
        if (count < 1 || count > properties.maxSlots()) {
            throw ProblemException.invalid("slots", "must be between 1 and " + properties.maxSlots());
        }
        requireRunning();
        slots.scaleTo(count);
        log.info("Pool scaled slots={} by={}", count, by.name());
    }

    /** Starts no more tasks; running ones go on. */
    void pause(Caller by) {
        requireRunning();
        pause.pause();
        events.poolChanged(state(), by);
        log.info("Pool paused by={}", by.name());
    }

    /** Starts tasks again, also after the provider had refused the credentials or was at its limit. */
    void resume(Caller by) {
        requireRunning();
        pause.resume();
        provider.reset();
        events.poolChanged(state(), by);
        dispatcher.wake();
        log.info("Pool resumed by={}", by.name());
    }

    private void requireRunning() {
        if (state != PoolState.RUNNING) {
            throw new ProblemException(ProblemCode.CONFLICT, "The pool is stopping or has stopped");
        }
    }

    PoolState state() {
        return state == PoolState.RUNNING && pause.isPaused() ? PoolState.PAUSED : state;
    }
}

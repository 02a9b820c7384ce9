package dev.claudepool.dispatch;

import dev.claudepool.event.EventData;
import dev.claudepool.event.EventLog;
import dev.claudepool.queue.Claim;
import dev.claudepool.queue.NextTask;
import dev.claudepool.queue.QueueClearing;
import dev.claudepool.queue.TaskClaims;
import dev.claudepool.slot.SlotState;
import dev.claudepool.slot.Slots;
import dev.claudepool.store.MonotonicClock;
import dev.claudepool.store.StoreUnavailableException;
import dev.claudepool.store.Transactions;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;

/**
 * Gives queued tasks to idle slots: on a thread of its own, which slots that become idle and tasks that become ready
 * wake; and in the transaction of a new task, so that the task need not wait for a second commit. Thread-safe.
 */
@Component
public class Dispatcher {

    private static final Logger log = LoggerFactory.getLogger(Dispatcher.class);

    private static final Duration LONGEST_SLEEP = Duration.ofMinutes(1);
    private static final Duration STORE_PAUSE = Duration.ofSeconds(1);

    private final TaskClaims claims;
    private final QueueClearing clearing;
    private final Slots slots;
    private final RunningAttempts attempts;
    private final ProviderGate provider;
    private final Transactions transactions;
    private final MonotonicClock clock;
    private final Semaphore signal = new Semaphore(0);
    private final Thread thread = Thread.ofPlatform().name("dispatcher").unstarted(this::run);
    private volatile boolean stopping;

    Dispatcher(
            TaskClaims claims,
            QueueClearing clearing,
            Slots slots,
            RunningAttempts attempts,
            ProviderGate provider,
            EventLog eventLog,
            Transactions transactions,
            MonotonicClock clock) {
        this.claims = claims;
        this.clearing = clearing;
        this.slots = slots;
        this.attempts = attempts;
        this.provider = provider;
        this.transactions = transactions;
        this.clock = clock;
        slots.listen((_, state) -> {
            if (state instanceof SlotState.Idle) {
                wake();
            }
        });
        eventLog.listen((_, data) -> onEvent(data));
    }

    public void start() {
        thread.start();
    }

    /** Starts no more attempts; blocks until that is so. */
    public void stop() throws InterruptedException {
        stopping = true;
        wake();
        thread.join();
        transactions.awaitPresent(); // one of them may claim
    }

    /** Looks again, soon, whether a task can be given to a slot. */
    public void wake() {
        signal.release();
    }

    /**
     * A task that is queued, or has ended and so releases its session, and money may make a task ready; a pause changes
     * how long to sleep.
     */
    private void onEvent(EventData data) {
        switch (data.type()) {
            case TASK_STATE, POOL_STATE, BUDGET_CHANGED -> wake();
            default -> {}
        }
    }

    private void run() {
        while (!stopping) {
            try {
                Instant before = clock.instant();
                provider.noteEndOfPause();
                dispatch();
                failUnpayable();
                sleep(untilNextNotBefore(before));
            } catch (DataAccessException e) {
                log.error("The store cannot be used, trying again: {}", StoreUnavailableException.reason(e));
                sleep(STORE_PAUSE);
            } catch (RuntimeException e) {
                log.error("A task could not be dispatched, trying again", e);
                sleep(STORE_PAUSE);
            }
        }
    }

    /** Gives the idle slots all tasks that they can take now; in the caller's transaction, if there is one. */
    public void dispatch() {
        if (!stopping && !slots.idle().isEmpty()) {
            transactions.writing(this::dispatchInTransaction);
        }
    }

    private void dispatchInTransaction() {
        while (!stopping && claims.next(slots.idle()) instanceof NextTask.Ready ready) {
            slots.lease(ready.task(), ready.session()).ifPresent(lease -> {
                Claim claim = claims.claim(ready, lease.slotId(), lease.sessionId());
                attempts.start(new Attempt(claim, ready.session(), lease));
            });
        }
    }

    private void failUnpayable() {
        int failed = clearing.failUnpayable();
        if (failed > 0) {
            log.warn("The budget is spent, so queued tasks have failed count={}", failed);
        }
    }

    /** A task that became due since {@code before} is due at once: the claim may have been too early for it. */
    private Duration untilNextNotBefore(Instant before) {
        return claims.nextNotBefore(before)
                .map(at -> Duration.between(clock.instant(), at))
                .filter(wait -> wait.compareTo(LONGEST_SLEEP) < 0)
                .map(wait -> wait.isNegative() ? Duration.ZERO : wait)
                .orElse(LONGEST_SLEEP);
    }

    private void sleep(Duration atMost) {
        try {
            if (signal.tryAcquire(atMost.toMillis() + 1, TimeUnit.MILLISECONDS)) {
                signal.drainPermits();
            }
        } catch (InterruptedException e) {
            stopping = true;
            Thread.currentThread().interrupt();
        }
    }
}

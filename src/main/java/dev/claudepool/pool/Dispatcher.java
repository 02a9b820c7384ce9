package dev.claudepool.pool;

import dev.claudepool.claude.LaunchSpec;
import dev.claudepool.claude.SessionStart;
import dev.claudepool.store.MonotonicClock;
import dev.claudepool.store.Transactions;
import dev.claudepool.task.Candidate;
import dev.claudepool.task.Placement;
import dev.claudepool.task.Placer;
import dev.claudepool.task.RequestedSession;
import dev.claudepool.task.Task;
import dev.claudepool.task.TaskConfig;
import dev.claudepool.task.TaskQueue;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

/**
 * Brings queued tasks and idle slots together: on a thread of its own, woken by slots that become idle and by tasks
 * that may now be taken, never polling; and in the transaction of a new task, so that it need not wait for a second
 * commit.
 */
class Dispatcher implements Placer {

    private static final Logger log = LoggerFactory.getLogger(Dispatcher.class);
    private static final Duration LONGEST_SLEEP = Duration.ofMinutes(1);
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final TaskQueue queue;
    private final RunningAttempts attempts;
    private final LaunchSpecs specs;
    private final SlotStore slotStore;
    private final Slots slots;
    private final ProviderGate provider;
    private final Transactions transactions;
    private final MonotonicClock clock;
    private final Semaphore signal = new Semaphore(0);
    private final Thread thread = Thread.ofPlatform().name("dispatcher").unstarted(this::dispatch);
    private volatile boolean stopping;

    Dispatcher(
            TaskQueue queue,
            RunningAttempts attempts,
            LaunchSpecs specs,
            SlotStore slotStore,
            Slots slots,
            ProviderGate provider,
            Transactions transactions,
            MonotonicClock clock) {
        this.queue = queue;
        this.attempts = attempts;
        this.specs = specs;
        this.slotStore = slotStore;
        this.slots = slots;
        this.provider = provider;
        this.transactions = transactions;
        this.clock = clock;
    }

    void start() {
        thread.start();
    }

    /** Claims no more; blocks until that is so. */
    void stop() throws InterruptedException {
        stopping = true;
        wake();
        thread.join();
        transactions.awaitPresent(); // one of them may claim
    }

    /** There may be something to do. */
    void wake() {
        signal.release();
    }

    private void dispatch() {
        while (!stopping) {
            try {
                Instant before = clock.instant();
                provider.noteEndOfPause();
                claim();
                failUnpayable();
                sleep(untilNextNotBefore(before));
            } catch (DataAccessException | TransactionException e) {
                log.error(
                        "The store cannot be used, trying again: {}",
                        NestedExceptionUtils.getMostSpecificCause(e).getMessage());
                sleep(PAUSE);
            } catch (RuntimeException e) {
                log.error("A task could not be dispatched, trying again", e);
                sleep(PAUSE);
            }
        }
    }

    /** Gives out what can be given out now; in the caller's transaction, if there is one. */
    void claim() {
        if (!stopping && !idle().isEmpty() && !queue.isPaused()) {
            transactions.writing(() -> {
                if (!stopping) {
                    queue.claim(this).forEach(claim -> transactions.afterCommit(() -> attempts.start(claim)));
                }
            });
        }
    }

    private void failUnpayable() {
        int failed = queue.failUnpayable();
        if (failed > 0) {
            log.warn("The budget is spent, so queued tasks have failed count={}", failed);
        }
    }

    @Override
    public Collection<Candidate> idle() {
        return slots.stream()
                .filter(slot -> slot.state() instanceof SlotState.Idle)
                .map(Slot::candidate)
                .toList();
    }

    /** Reserves the slot that suits the task best. */
    @Override
    public Optional<Placement> place(Task task, RequestedSession requested) {
        return slots.stream()
                .filter(slot -> slot.candidate().fits(task.spec()))
                .sorted(Comparator.comparing((Slot slot) -> !holds(slot, requested))
                        .thenComparing(Slot::idleSince))
                .filter(slot -> reserve(slot, task))
                .findFirst()
                .map(slot -> place(task, requested, slot));
    }

    /** The undoing is arranged first: the reservation itself may fail half-way, where it tells of it. */
    private boolean reserve(Slot slot, Task task) {
        transactions.afterRollback(() -> slot.unreserve(task.id()));
        return slot.reserve(task.id());
    }

    private Placement place(Task task, RequestedSession requested, Slot slot) {
        transactions.afterRollback(() -> {
            var _ = attempts.forget(task.id());
        });
        TaskConfig config = specs.config(slot.settings(), task.spec().config());
        LaunchSpec spec = specs.launch(slot.settings(), config);
        SessionStart session = session(slot, spec, requested);
        attempts.register(task.id(), new Attempt(slot, slots, spec, config, requested, session));
        return new Placement(slot.id(), session.id());
    }

    private static boolean holds(Slot slot, RequestedSession requested) {
        return requested instanceof RequestedSession.Existing(UUID session)
                && slot.processes().holdsConversation(session);
    }

    private SessionStart session(Slot slot, LaunchSpec spec, RequestedSession requested) {
        return switch (requested) {
            case RequestedSession.Existing(UUID session) -> new SessionStart.Resume(session);
            case RequestedSession.Interrupted(UUID session) -> new SessionStart.Resume(session);
            case RequestedSession.OfSlot() ->
                slot.session()
                        .<SessionStart>map(own -> new SessionStart.Resume(own.id()))
                        .orElseGet(() -> firstSession(slot, spec));
            case RequestedSession.Fresh(), RequestedSession.Gone() -> freshSession(slot, spec);
        };
    }

    /** Begins the slot's own conversation, and notes it before anything happens in it. */
    private SessionStart firstSession(Slot slot, LaunchSpec spec) {
        SessionStart first = freshSession(slot, spec);
        slotStore.saveSession(slot.id(), first.id());
        slot.setSession(new SlotSession(first.id(), false));
        return first;
    }

    /** The id under which the slot's spare was started, so that the task gets just that process. */
    private static SessionStart freshSession(Slot slot, LaunchSpec spec) {
        return new SessionStart.Fresh(slot.processes().spareFor(spec).orElseGet(UUID::randomUUID));
    }

    /** A task that became due since {@code before} is due at once: the claim may have been too early for it. */
    private Duration untilNextNotBefore(Instant before) {
        return queue.nextNotBefore(before)
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

package dev.claudepool.dispatch;

import dev.claudepool.budget.Money;
import dev.claudepool.budget.Spend;
import dev.claudepool.claude.Answer;
import dev.claudepool.claude.Failure;
import dev.claudepool.claude.TurnResult;
import dev.claudepool.event.Event;
import dev.claudepool.event.EventData;
import dev.claudepool.event.EventLog;
import dev.claudepool.queue.TaskSettlement;
import dev.claudepool.slot.Slots;
import dev.claudepool.store.Scheduler;
import dev.claudepool.store.StoreUnavailableException;
import dev.claudepool.store.Transactions;
import dev.claudepool.task.Task;
import dev.claudepool.task.TaskStateChanged;
import dev.claudepool.web.BareTrace;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/** The running attempts of this node: each runs on a virtual thread and is settled once. Thread-safe. */
@Component
public class RunningAttempts {

    private static final Logger log = LoggerFactory.getLogger(RunningAttempts.class);
    private static final Duration STORE_PAUSE = Duration.ofSeconds(1);

    private final TaskSettlement settlement;
    private final SessionLocks sessions;
    private final Slots slots;
    private final ProviderGate provider;
    private final EventLog eventLog;
    private final Transactions transactions;
    private final Scheduler scheduler;
    private final Duration storePause;
    private final Map<UUID, Attempt> running = new ConcurrentHashMap<>();

    @Autowired
    RunningAttempts(
            TaskSettlement settlement,
            SessionLocks sessions,
            Slots slots,
            ProviderGate provider,
            EventLog eventLog,
            Transactions transactions,
            Scheduler scheduler) {
        this(settlement, sessions, slots, provider, eventLog, transactions, scheduler, STORE_PAUSE);
    }

    /** @param storePause how long to wait before a store in trouble is asked again */
    RunningAttempts(
            TaskSettlement settlement,
            SessionLocks sessions,
            Slots slots,
            ProviderGate provider,
            EventLog eventLog,
            Transactions transactions,
            Scheduler scheduler,
            Duration storePause) {
        this.storePause = storePause;
        this.settlement = settlement;
        this.sessions = sessions;
        this.slots = slots;
        this.provider = provider;
        this.eventLog = eventLog;
        this.transactions = transactions;
        this.scheduler = scheduler;
        eventLog.listen(this::onEvent);
    }

    /**
     * Registers the attempt inside the claim's transaction, so that it misses no cancellation that follows the claim,
     * and carries it out after the commit.
     */
    void start(Attempt attempt) {
        UUID taskId = attempt.task().id();
        transactions.afterRollback(() -> remove(taskId));
        running.put(taskId, attempt);
        transactions.afterCommit(
                () -> Thread.ofVirtual().name("attempt-" + taskId).start(() -> carryOut(attempt)));
    }

    private void remove(UUID taskId) {
        synchronized (running) {
            running.remove(taskId);
            running.notifyAll();
        }
    }

    /** Returns whether an attempt is in this session. */
    boolean isInSession(UUID session) {
        return running.values().stream().anyMatch(attempt -> attempt.sessionId().equals(session));
    }

    public int count() {
        return running.size();
    }

    /** Waits until none is left; false when that takes longer than {@code atMost}. */
    public boolean awaitNone(Duration atMost) throws InterruptedException {
        synchronized (running) {
            long deadline = System.nanoTime() + atMost.toNanos();
            for (long left = atMost.toNanos(); !running.isEmpty() && left > 0; left = deadline - System.nanoTime()) {
                TimeUnit.NANOSECONDS.timedWait(running, left);
            }
            return running.isEmpty();
        }
    }

    /** Stops all. */
    public void stopAll(Attempt.StopReason reason) {
        List.copyOf(running.values()).forEach(attempt -> attempt.stop(reason));
    }

    private void onEvent(Event event, EventData data) {
        if (data instanceof TaskStateChanged changed && changed.asksToStop()) {
            Attempt attempt = event.taskId() == null ? null : running.get(event.taskId());
            if (attempt != null) {
                attempt.stop(Attempt.StopReason.CANCELLED);
            }
        }
    }

    private void carryOut(Attempt attempt) {
        Task task = attempt.task();
        AttemptJournal journal = new AttemptJournal(eventLog, settlement, transactions, scheduler, task);
        try (SessionLocks.Place place = sessions.enter(attempt.sessionId())) {
            place.await(attempt.stopped());
            TurnResult result = run(attempt, journal);
            try {
                settlePersistently(attempt, result, journal);
            } finally {
                attempt.release(result);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            remove(task.id());
        }
    }

    private TurnResult run(Attempt attempt, AttemptJournal journal) throws InterruptedException {
        Task task = attempt.task();
        try {
            return attempt.run(
                    event -> {
                        provider.onEvent(event);
                        journal.accept(event);
                    },
                    session -> settlement.movedTo(session, task));
        } catch (RuntimeException | VirtualMachineError e) {
            log.error("Attempt failed unexpectedly task={} slot={}: {}", task.id(), task.slotId(), new BareTrace(e));
            return new TurnResult.Failed(Failure.ofThrown(e), Spend.NOTHING);
        }
    }

    /**
     * Settles an attempt, and repeats that until the store takes it: what was spent must be booked. A try whose commit
     * failed may be stored all the same; then the work is done. An ending that cannot be stored, such as an answer that
     * cannot be written, is a failure, without the events that were not stored yet; a spend that cannot be booked is
     * logged, so that the task ends.
     */
    private void settlePersistently(Attempt attempt, TurnResult first, AttemptJournal journal) {
        Task task = attempt.task();
        TurnResult ending = first;
        boolean repeated = false;
        for (boolean settled = false; !settled; ) {
            TurnResult noted = ending;
            boolean mayBeSettled = repeated;
            try {
                transactions.writing(() -> {
                    if (mayBeSettled && settlement.isSettled(task)) {
                        journal.discard();
                        return;
                    }
                    if (noted.equals(first)) {
                        journal.flush();
                    } else {
                        journal.discard();
                    }
                    settle(attempt, noted);
                    if (saidSomething(noted)) {
                        slots.sessionBegan(attempt.sessionId());
                    }
                });
                settled = true;
            } catch (StoreUnavailableException e) {
                log.error("The end of a task cannot be stored, trying again task={}: {}", task.id(), e.getMessage());
                repeated = true;
                pause();
            } catch (RuntimeException | VirtualMachineError e) {
                boolean unbookable = !ending.equals(first);
                if (unbookable && ending.spend().equals(Spend.NOTHING)) {
                    throw e;
                }
                log.error(
                        "The result of a task cannot be stored, so the task has failed task={} spend={} booked={}: {}",
                        task.id(),
                        first.spend().usd(),
                        !unbookable,
                        new BareTrace(e));
                ending = new TurnResult.Failed(Failure.ofThrown(e), unbookable ? Spend.NOTHING : first.spend());
            }
        }
    }

    private static boolean saidSomething(TurnResult result) {
        return result instanceof TurnResult.Completed || result.spend().usd().compareTo(Money.ZERO) > 0;
    }

    private void settle(Attempt attempt, TurnResult ending) {
        Task task = attempt.task();
        switch (ending) {
            case TurnResult.Completed(Answer answer, Spend spend) -> {
                settlement.succeeded(task, answer, spend);
                log.info(
                        "Task succeeded task={} slot={} attempt={} spend={}",
                        task.id(),
                        task.slotId(),
                        task.attempts(),
                        spend.usd());
            }
            case TurnResult.Cancelled(Spend spend) -> {
                switch (attempt.stopReason().orElse(Attempt.StopReason.INTERRUPTED)) {
                    case CANCELLED -> settlement.cancelled(task, spend);
                    case INTERRUPTED -> settlement.interrupted(task, spend);
                }
            }
            case TurnResult.Failed(Failure failure, Spend spend) -> failed(task, failure, spend);
        }
    }

    private void failed(Task task, Failure failure, Spend spend) {
        log.info(
                "Attempt failed task={} slot={} code={}",
                task.id(),
                task.slotId(),
                failure.code().code());
        switch (failure.code()) {
            case RATE_LIMITED, OVERLOADED -> {
                Instant until = provider.limitEnds(failure);
                settlement.deferred(task, failure, until, spend);
                provider.pauseUntil(until, failure.code());
            }
            default -> {
                settlement.failed(task, failure, spend);
                provider.pauseUpon(failure);
            }
        }
    }

    private void pause() {
        try {
            Thread.sleep(storePause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

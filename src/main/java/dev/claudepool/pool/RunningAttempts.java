package dev.claudepool.pool;

import dev.claudepool.budget.Spend;
import dev.claudepool.claude.Answer;
import dev.claudepool.claude.Failure;
import dev.claudepool.claude.TurnResult;
import dev.claudepool.event.Event;
import dev.claudepool.event.EventLog;
import dev.claudepool.event.EventType;
import dev.claudepool.store.MonotonicClock;
import dev.claudepool.store.Transactions;
import dev.claudepool.task.Claim;
import dev.claudepool.task.Task;
import dev.claudepool.task.TaskQueue;
import dev.claudepool.web.BareTrace;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;
import tools.jackson.databind.json.JsonMapper;

/**
 * The attempts that slots of this node are at: each is carried out on a virtual thread and settled once. Thread-safe.
 */
@Component
class RunningAttempts {

    private static final Logger log = LoggerFactory.getLogger(RunningAttempts.class);
    /** How long a task waits when the provider is busy and does not say for how long. */
    private static final Duration PROVIDER_PAUSE = Duration.ofSeconds(30);

    /** No limit is known that lasts for longer. */
    private static final Duration LONGEST_PROVIDER_PAUSE = Duration.ofDays(31);

    private static final Duration STORE_PAUSE = Duration.ofSeconds(1);

    private final TaskQueue queue;
    private final SessionLocks sessions;
    private final Slots slots;
    private final ProviderGate provider;
    private final EventLog eventLog;
    private final Transactions transactions;
    private final JsonMapper json;
    private final MonotonicClock clock;
    private final Map<UUID, Attempt> running = new ConcurrentHashMap<>();
    private volatile boolean interrupting;

    RunningAttempts(
            TaskQueue queue,
            SessionLocks sessions,
            Slots slots,
            ProviderGate provider,
            EventLog eventLog,
            Transactions transactions,
            JsonMapper json,
            MonotonicClock clock) {
        this.queue = queue;
        this.sessions = sessions;
        this.slots = slots;
        this.provider = provider;
        this.eventLog = eventLog;
        this.transactions = transactions;
        this.json = json;
        this.clock = clock;
        eventLog.listen(this::onEvent);
    }

    /** Notes the attempt inside the claim's transaction, so that no cancellation that follows the claim misses it. */
    void register(UUID taskId, Attempt attempt) {
        running.put(taskId, attempt);
    }

    /** It has ended, or its claim was rolled back. */
    Optional<Attempt> forget(UUID taskId) {
        synchronized (running) {
            Optional<Attempt> attempt = Optional.ofNullable(running.remove(taskId));
            running.notifyAll();
            return attempt;
        }
    }

    int count() {
        return running.size();
    }

    /** Carries out the registered attempt of a task that has been claimed. */
    void start(Claim claim) {
        Attempt attempt = running.get(claim.task().id());
        if (attempt != null) {
            Thread.ofVirtual().name("attempt-" + claim.task().id()).start(() -> carryOut(claim, attempt));
        }
    }

    /** Waits until none is left; false when that takes longer than {@code atMost}. */
    boolean awaitNone(Duration atMost) throws InterruptedException {
        synchronized (running) {
            long deadline = System.nanoTime() + atMost.toNanos();
            for (long left = atMost.toNanos(); !running.isEmpty() && left > 0; left = deadline - System.nanoTime()) {
                TimeUnit.NANOSECONDS.timedWait(running, left);
            }
            return running.isEmpty();
        }
    }

    /** Stops all; their tasks are cancelled, or go on at the next start of the service where they are to be kept. */
    void stopAll(DrainMode tasks) {
        interrupting = tasks == DrainMode.KEEP;
        List.copyOf(running.values()).forEach(Attempt::stop);
    }

    private void onEvent(Event event) {
        if (event.type() == EventType.TASK_STATE
                && event.data().path("cancelling").asBoolean(false)) {
            Attempt attempt = event.taskId() == null ? null : running.get(event.taskId());
            if (attempt != null) {
                attempt.stop();
            }
        }
    }

    private void carryOut(Claim claim, Attempt attempt) {
        Task task = claim.task();
        AttemptJournal journal = new AttemptJournal(eventLog, queue, transactions, json, task);
        try (var _ = sessions.acquire(attempt.sessionId(), attempt::isStopped)) {
            Attempt.Outcome outcome = run(claim, attempt, journal);
            try {
                settlePersistently(task, attempt, outcome.ending(), journal);
            } finally {
                attempt.giveBack(outcome);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            forget(task.id());
        }
    }

    private Attempt.Outcome run(Claim claim, Attempt attempt, AttemptJournal journal) throws InterruptedException {
        try {
            return attempt.run(
                    claim,
                    event -> {
                        provider.onEvent(event);
                        journal.accept(event);
                    },
                    session -> queue.movedTo(session, claim.task()));
        } catch (RuntimeException | VirtualMachineError e) {
            log.error(
                    "Attempt broke down task={} slot={}: {}",
                    claim.task().id(),
                    claim.task().slotId(),
                    new BareTrace(e));
            return Attempt.Outcome.failed(Failure.ofThrown(e));
        }
    }

    /**
     * What was bought must get into the books: tries until the store takes it. A try whose commit failed may have got
     * it there all the same; then it is done. An ending that cannot be noted, such as an answer that cannot be written,
     * is a failure; a spend that cannot be booked is logged, so that the task ends.
     */
    private void settlePersistently(Task task, Attempt attempt, TurnResult first, AttemptJournal journal) {
        TurnResult ending = first;
        boolean repeated = false;
        for (boolean settled = false; !settled; ) {
            TurnResult noted = ending;
            boolean mayBeSettled = repeated;
            try {
                transactions.writing(() -> {
                    if (mayBeSettled && queue.isSettled(task)) {
                        journal.discard();
                        return;
                    }
                    if (noted.equals(first)) {
                        journal.flush();
                    }
                    settle(task, noted);
                    if (attempt.beganSlotSession(noted)) {
                        slots.sessionBegun(attempt.sessionId());
                    }
                });
                settled = true;
            } catch (DataAccessException | TransactionException e) {
                log.error(
                        "The end of a task cannot be stored, trying again task={}: {}",
                        task.id(),
                        NestedExceptionUtils.getMostSpecificCause(e).getMessage());
                repeated = true;
                pause();
            } catch (RuntimeException | VirtualMachineError e) {
                boolean unbookable = !ending.equals(first);
                if (unbookable && ending.spend().equals(Spend.NOTHING)) {
                    throw e;
                }
                log.error(
                        "The end of a task cannot be noted, so it has failed task={} spend={} booked={}: {}",
                        task.id(),
                        first.spend().usd(),
                        !unbookable,
                        new BareTrace(e));
                ending = new TurnResult.Failed(Failure.ofThrown(e), unbookable ? Spend.NOTHING : first.spend());
            }
        }
    }

    private void settle(Task task, TurnResult ending) {
        switch (ending) {
            case TurnResult.Completed(Answer answer, Spend spend) -> {
                queue.succeeded(task, answer, spend);
                log.info(
                        "Task succeeded task={} slot={} attempt={} spend={}",
                        task.id(),
                        task.slotId(),
                        task.attempts(),
                        spend.usd());
            }
            case TurnResult.Cancelled(Spend spend) -> {
                if (interrupting) {
                    queue.interrupted(task, spend);
                } else {
                    queue.cancelled(task, spend);
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
                Instant known = failure.retryAt();
                Instant longest = clock.after(LONGEST_PROVIDER_PAUSE);
                Instant told = known == null ? clock.after(PROVIDER_PAUSE) : clock.ofWall(known);
                Instant until = told.isAfter(longest) ? longest : told;
                queue.deferred(task, until, spend);
                provider.pauseUntil(until, failure.code());
            }
            default -> {
                queue.failed(task, failure, spend);
                provider.pauseUpon(failure);
            }
        }
    }

    private static void pause() {
        try {
            Thread.sleep(STORE_PAUSE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

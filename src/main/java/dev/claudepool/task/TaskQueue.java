package dev.claudepool.task;

import dev.claudepool.budget.Budget;
import dev.claudepool.budget.Money;
import dev.claudepool.budget.ReservationDecision;
import dev.claudepool.budget.Spend;
import dev.claudepool.claude.Answer;
import dev.claudepool.claude.Failure;
import dev.claudepool.claude.FailureCode;
import dev.claudepool.store.MonotonicClock;
import dev.claudepool.store.Transactions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/**
 * The queue from which slots take tasks, and to which they bring back what became of them. Every method but
 * {@link #cancelQueued} is one transaction; an attempt whose task was meanwhile claimed again or ended can change
 * nothing but its spend. Thread-safe.
 */
@Component
public class TaskQueue {

    private static final BackOff BACK_OFF = new BackOff(Duration.ofSeconds(1), Duration.ofMinutes(1));
    private static final int ENDED_AT_ONCE = 100;

    private final Budget budget;
    private final TaskStore store;
    private final QueueStore queueStore;
    private final HoldStore holds;
    private final TaskChanges changes;
    private final TaskMetrics metrics;
    private final TaskProperties properties;
    private final Transactions transactions;
    private final MonotonicClock monotonicClock;
    private final InstantSource clock;
    private final AtomicReference<Instant> pausedUntil = new AtomicReference<>(Instant.MIN);

    TaskQueue(
            Budget budget,
            TaskStore store,
            QueueStore queueStore,
            HoldStore holds,
            TaskChanges changes,
            TaskMetrics metrics,
            TaskProperties properties,
            Transactions transactions,
            MonotonicClock monotonicClock,
            InstantSource clock) {
        this.budget = budget;
        this.store = store;
        this.queueStore = queueStore;
        this.holds = holds;
        this.changes = changes;
        this.metrics = metrics;
        this.properties = properties;
        this.transactions = transactions;
        this.monotonicClock = monotonicClock;
        this.clock = clock;
    }

    /**
     * Takes tasks for idle slots until no more fit, in one transaction or as part of the caller's: by priority, to
     * which waiting adds, then age. With each, what it may cost is set aside; while that cannot be done for the first,
     * no other overtakes it. Where it is its chain or fan-out that lacks the money, those of that are passed over.
     *
     * @param placer decides, inside the transaction, where and in which session each runs
     * @return the tasks taken, in this order
     */
    public List<Claim> claim(Placer placer) {
        return transactions.write(() -> {
            List<Claim> claims = new ArrayList<>();
            int turnedAway = 0;
            for (Optional<Task> next = next(placer);
                    next.isPresent() && turnedAway < ENDED_AT_ONCE;
                    next = next(placer)) {
                Task task = next.get();
                if (!task.spec().isReadable()) {
                    end(task, task.queued().failed(TaskError.unreadable(), now()));
                    turnedAway++;
                    continue;
                }
                switch (budget.quote(task.spec().limit(), task.origin().flows())) {
                    case ReservationDecision.Granted(Money money) ->
                        claim(task, money, placer).ifPresent(claims::add);
                    case ReservationDecision.AwaitsPool() -> {
                        return claims;
                    }
                    case ReservationDecision.AwaitsFlow(UUID flow) -> holds.awaitMoney(flow);
                    case ReservationDecision.FlowSpent() -> {
                        end(task, task.queued().failed(outOfMoney("of its chain or fan-out"), now()));
                        turnedAway++;
                    }
                }
            }
            return claims;
        });
    }

    /** It may have been paused by the transaction for which this one waited. */
    private Optional<Task> next(Placer placer) {
        Collection<Candidate> idle = isPaused() ? List.of() : placer.idle();
        return idle.isEmpty() ? Optional.empty() : queueStore.next(monotonicClock.instant(), idle);
    }

    private Optional<Claim> claim(Task queued, Money money, Placer placer) {
        return placer.place(queued, requestedSession(queued)).map(placement -> {
            TaskState.Running running = queued.queued().claimed();
            Task claimed = queued.claimed(placement.slotId(), placement.sessionId(), running, now());
            budget.reserve(claimed.attemptAccounts(), money);
            changes.apply(queued, claimed);
            transactions.afterCommit(() -> metrics.claimed(claimed));
            return new Claim(claimed, money);
        });
    }

    /** Notes what a running attempt has cost so far. */
    public void running(Task attempt, Spend soFar) {
        transactions.writing(() -> budget.running(attempt.attemptAccounts(), soFar));
    }

    /** Notes that a running attempt goes on in another session than the one it was claimed for. */
    public void movedTo(UUID session, Task attempt) {
        transactions.writing(() -> {
            Task task = store.find(attempt.id()).orElseThrow();
            if (task.epoch() == attempt.epoch() && task.state() instanceof TaskState.Running) {
                changes.apply(task, task.inSession(session));
            }
        });
    }

    private RequestedSession requestedSession(Task task) {
        UUID session = task.sessionId();
        if (task.state() instanceof TaskState.Queued queued && queued.interrupted() && session != null) {
            return new RequestedSession.Interrupted(session);
        }
        UUID followed = task.follows();
        if (followed != null) {
            return store.find(followed)
                    .map(Task::sessionId)
                    .<RequestedSession>map(RequestedSession.Existing::new)
                    .orElseGet(RequestedSession.Gone::new);
        }
        return switch (task.spec().session()) {
            case TaskSpec.FRESH_SESSION -> new RequestedSession.Fresh();
            case TaskSpec.SLOT_SESSION -> new RequestedSession.OfSlot();
            default -> {
                UUID named = UUID.fromString(task.spec().session());
                yield named.equals(session) ? new RequestedSession.Existing(named) : new RequestedSession.Gone();
            }
        };
    }

    /** Whether the end of this attempt is in the books. */
    public boolean isSettled(Task attempt) {
        return budget.isSettled(attempt.attemptAccounts());
    }

    /** The attempt brought an answer; where its output is longer than may be kept, it is cut. */
    public void succeeded(Task attempt, Answer answer, Spend spend) {
        Answer kept = answer.cutTo(properties.maxOutput());
        settle(attempt, spend, (running, task) -> task.with(running.succeeded(kept, now())));
    }

    /** The attempt failed: the task fails, or is tried again where its retries allow. */
    public void failed(Task attempt, Failure failure, Spend spend) {
        settle(attempt, spend, (running, task) -> {
            if (running.cancelling()) {
                return task.with(running.cancelled(now()));
            }
            boolean again = failure.code().retryable() && task.attempts() <= properties.retriesOf(task.spec());
            return again
                    ? task.with(running.requeued(monotonicClock.after(BACK_OFF.after(task.attempts()))))
                    : task.with(running.failed(failure, now()));
        });
    }

    /**
     * The provider could not take it now: the task waits until {@code notBefore} by the monotonic clock, and the
     * attempt does not count.
     */
    public void deferred(Task attempt, Instant notBefore, Spend spend) {
        settle(
                attempt,
                spend,
                (running, task) -> running.cancelling()
                        ? task.with(running.cancelled(now()))
                        : task.attemptUncounted().with(running.requeued(notBefore)));
    }

    /** The attempt was stopped because somebody cancelled the task. */
    public void cancelled(Task attempt, Spend spend) {
        settle(attempt, spend, (running, task) -> task.with(running.cancelled(now())));
    }

    /** The attempt was stopped because this service stops: the task goes on at its next start. */
    public void interrupted(Task attempt, Spend spend) {
        settle(
                attempt,
                spend,
                (running, task) ->
                        running.cancelling() ? task.with(running.cancelled(now())) : task.with(running.interrupted()));
    }

    /** The attempt was cut off, and its task cannot be read any more. */
    void unreadable(Task attempt, Spend spend) {
        settle(attempt, spend, (running, task) -> task.with(running.failed(TaskError.unreadable(), now())));
    }

    /** Stops giving out tasks, until {@link #resume()}. */
    public void pause() {
        pauseUntil(Instant.MAX);
    }

    /** Stops giving out tasks until then by the monotonic clock, or for longer where that was said before. */
    public void pauseUntil(Instant until) {
        pausedUntil.accumulateAndGet(until, (one, other) -> one.isAfter(other) ? one : other);
    }

    /** Gives out tasks again. */
    public void resume() {
        pausedUntil.set(Instant.MIN);
    }

    public boolean isPaused() {
        return pausedUntil.get().isAfter(monotonicClock.instant());
    }

    /** The tasks in {@code state}. */
    public int count(TaskState.Name state) {
        return store.count(state);
    }

    /** How the tasks ended that did so at or after {@code since}, and what the attempts cost that ended since then. */
    public TaskTotals tallySince(Instant since) {
        return transactions.write(() -> {
            TaskStore.Ends ends = store.endsSince(since);
            return new TaskTotals(ends.succeeded(), ends.failed(), ends.cancelled(), budget.spentSince(since));
        });
    }

    /**
     * Cancels every task in the queue, some in each transaction, so that nobody has to wait for long. Running ones go
     * on.
     *
     * @return how many were cancelled
     */
    public int cancelQueued() {
        return endQueued(() -> true, queued -> queued.cancelled(now()));
    }

    /**
     * Fails every task in the queue when the budget is exhausted for good; else does nothing.
     *
     * @return how many have failed
     */
    public int failUnpayable() {
        return budget.isExhausted()
                ? endQueued(budget::isExhausted, queued -> queued.failed(outOfMoney("of the pool"), now()))
                : 0;
    }

    private static TaskError outOfMoney(String whose) {
        return TaskError.of(Failure.of(
                FailureCode.BUDGET_EXCEEDED, "The budget " + whose + " was spent before the task could start."));
    }

    private int endQueued(BooleanSupplier condition, Function<TaskState.Queued, TaskState.Ended> end) {
        int all = 0;
        int some;
        do {
            some = transactions.write(() -> condition.getAsBoolean() ? endSomeQueued(end) : 0);
            all += some;
        } while (some > 0); // where a chain ends, its fan-out may begin another
        return all;
    }

    private int endSomeQueued(Function<TaskState.Queued, TaskState.Ended> end) {
        List<Task> queued = queueStore.queued(ENDED_AT_ONCE);
        queued.forEach(task -> end(task, end.apply(task.queued())));
        return queued.size();
    }

    private void end(Task queued, TaskState.Ended ended) {
        Task after = queued.with(ended);
        changes.apply(queued, after);
        transactions.afterCommit(() -> metrics.ended(after, ended));
    }

    /** Whether a task is or was in this conversation. */
    public boolean hasSession(UUID session) {
        return store.hasSession(session);
    }

    /**
     * When, by the monotonic clock, the next of the tasks that must wait until some time after {@code after} may be
     * claimed; a pause counts, and so does the next period of the budget.
     */
    public Optional<Instant> nextNotBefore(Instant after) {
        Instant until = pausedUntil.get();
        return until.isAfter(after)
                ? Optional.of(until)
                : Stream.concat(
                                queueStore.nextNotBefore(after).stream(),
                                budget.nextPeriod().map(monotonicClock::ofWall).stream())
                        .min(Comparator.naturalOrder());
    }

    private void settle(Task attempt, Spend spend, Ending ending) {
        transactions.writing(() -> {
            budget.settle(attempt.attemptAccounts(), spend, attempt.spec().tags());
            attempt.origin().flows().forEach(holds::releaseToMoney);
            Task task = store.find(attempt.id()).orElseThrow();
            Task spent = task.spent(spend);
            boolean current = task.epoch() == attempt.epoch();
            Task after =
                    current && task.state() instanceof TaskState.Running running ? ending.of(running, spent) : spent;
            changes.apply(task, after);
            transactions.afterCommit(() -> metrics.settled(task, after, spend));
        });
    }

    private Instant now() {
        return Instant.ofEpochMilli(clock.millis());
    }

    /** What becomes of a running task. */
    private interface Ending {
        Task of(TaskState.Running running, Task task);
    }
}

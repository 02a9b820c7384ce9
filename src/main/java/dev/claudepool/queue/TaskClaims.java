package dev.claudepool.queue;

import dev.claudepool.budget.ReservationDecision;
import dev.claudepool.budget.Reservations;
import dev.claudepool.claude.Failure;
import dev.claudepool.claude.FailureCode;
import dev.claudepool.store.MonotonicClock;
import dev.claudepool.task.Task;
import dev.claudepool.task.TaskChanges;
import dev.claudepool.task.TaskError;
import dev.claudepool.task.TaskSpec;
import dev.claudepool.task.TaskStore;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/**
 * Offers the queued tasks to idle slots, one at a time: by priority, to which waiting adds, then age. {@link #next} and
 * {@link #claim} belong into one transaction of the caller. Thread-safe.
 */
@Component
public class TaskClaims {

    /** The most tasks that can never start and are ended before a task is offered. */
    private static final int MOST_ENDED = 100;

    private final QueueStore store;
    private final TaskStore tasks;
    private final AttemptRecords attempts;
    private final HoldStore holds;
    private final QueuePause pause;
    private final Reservations reservations;
    private final TaskChanges changes;
    private final MonotonicClock monotonicClock;
    private final InstantSource clock;

    TaskClaims(
            QueueStore store,
            TaskStore tasks,
            AttemptRecords attempts,
            HoldStore holds,
            QueuePause pause,
            Reservations reservations,
            TaskChanges changes,
            MonotonicClock monotonicClock,
            InstantSource clock) {
        this.store = store;
        this.tasks = tasks;
        this.attempts = attempts;
        this.holds = holds;
        this.pause = pause;
        this.reservations = reservations;
        this.changes = changes;
        this.monotonicClock = monotonicClock;
        this.clock = clock;
    }

    /**
     * Returns the first task that one of these slots can take and whose money can be reserved. While the pool lacks the
     * money for the first task, no other overtakes it; where its chain or fan-out lacks the money, only the tasks of
     * that are passed over. Tasks on the way that can never start are ended.
     */
    public NextTask next(Collection<IdleSlot> idle) {
        Optional<Task> next = first(idle);
        for (int ended = 0; next.isPresent() && ended < MOST_ENDED; next = first(idle)) {
            Task task = next.get();
            if (!task.spec().wasReadable()) {
                fail(task, TaskError.unreadable());
                ended++;
                continue;
            }
            switch (reservations.quote(task.spec().limit(), task.origin().flows())) {
                case ReservationDecision.Granted granted -> {
                    return new NextTask.Ready(task, requestedSession(task), granted);
                }
                case ReservationDecision.AwaitsPool() -> {
                    return new NextTask.None();
                }
                case ReservationDecision.AwaitsFlow(UUID flow) -> holds.awaitMoney(flow);
                case ReservationDecision.FlowSpent() -> {
                    fail(task, outOfMoney("of its chain or fan-out"));
                    ended++;
                }
            }
        }
        return new NextTask.None();
    }

    /** Looks at the pause here: the transaction for which this one waited may have paused the queue. */
    private Optional<Task> first(Collection<IdleSlot> idle) {
        return idle.isEmpty() || pause.isPaused() ? Optional.empty() : store.next(monotonicClock.instant(), idle);
    }

    private void fail(Task queued, TaskError error) {
        changes.apply(queued, queued.with(queued.requireQueued().failed(error, clock.instant())));
    }

    static TaskError outOfMoney(String whose) {
        return TaskError.of(Failure.of(
                FailureCode.BUDGET_EXCEEDED, "The budget " + whose + " was spent before the task could start."));
    }

    private RequestedSession requestedSession(Task task) {
        UUID session = task.sessionId();
        if (task.requireQueued().interrupted() && session != null) {
            return new RequestedSession.Interrupted(session);
        }
        UUID followed = task.follows();
        if (followed != null) {
            return tasks.find(followed)
                    .map(Task::sessionId)
                    .<RequestedSession>map(RequestedSession.Existing::new)
                    .orElseGet(RequestedSession.Gone::new);
        }
        UUID named = task.spec().namedSession();
        if (named != null) {
            return named.equals(session) ? new RequestedSession.Existing(named) : new RequestedSession.Gone();
        }
        return task.spec().session().equals(TaskSpec.SLOT_SESSION)
                ? new RequestedSession.OfSlot()
                : new RequestedSession.Fresh();
    }

    /** Starts an attempt of the task in this slot and session, and reserves its money. */
    public Claim claim(NextTask.Ready ready, String slotId, UUID sessionId) {
        Task queued = ready.task();
        Instant now = clock.instant();
        Task claimed = queued.claimed(slotId, sessionId, queued.requireQueued().claimed(), now);
        reservations.reserve(claimed.attemptAccounts(), ready.reservation());
        changes.apply(queued, claimed);
        attempts.begin(queued, claimed, now);
        return new Claim(claimed, ready.reservation().money());
    }

    /**
     * Returns when, by the monotonic clock, the next of the tasks that must wait until some time after {@code after}
     * can be claimed; a pause counts, and so does the next period of the budget.
     */
    public Optional<Instant> nextNotBefore(Instant after) {
        Instant until = pause.until();
        return until.isAfter(after)
                ? Optional.of(until)
                : Stream.concat(
                                store.nextNotBefore(after).stream(),
                                reservations.nextPeriod().map(monotonicClock::ofWall).stream())
                        .min(Comparator.naturalOrder());
    }
}

package dev.claudepool.queue;

import dev.claudepool.budget.Reservations;
import dev.claudepool.budget.Spend;
import dev.claudepool.claude.Answer;
import dev.claudepool.claude.Failure;
import dev.claudepool.store.MonotonicClock;
import dev.claudepool.store.Transactions;
import dev.claudepool.task.Task;
import dev.claudepool.task.TaskChanges;
import dev.claudepool.task.TaskError;
import dev.claudepool.task.TaskProperties;
import dev.claudepool.task.TaskState;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.UUID;
import org.springframework.stereotype.Component;

/**
 * Ends attempts: books their cost and gives their tasks the next state, in one transaction. An attempt whose task was
 * claimed again or ended meanwhile changes nothing but the spend. Thread-safe.
 */
@Component
public class TaskSettlement {

    private static final BackOff BACK_OFF = new BackOff(Duration.ofSeconds(1), Duration.ofMinutes(1));

    private final Reservations reservations;
    private final AttemptRecords attempts;
    private final HoldStore holds;
    private final TaskChanges changes;
    private final TaskMetrics metrics;
    private final TaskProperties properties;
    private final Transactions transactions;
    private final MonotonicClock monotonicClock;
    private final InstantSource clock;

    TaskSettlement(
            Reservations reservations,
            AttemptRecords attempts,
            HoldStore holds,
            TaskChanges changes,
            TaskMetrics metrics,
            TaskProperties properties,
            Transactions transactions,
            MonotonicClock monotonicClock,
            InstantSource clock) {
        this.reservations = reservations;
        this.attempts = attempts;
        this.holds = holds;
        this.changes = changes;
        this.metrics = metrics;
        this.properties = properties;
        this.transactions = transactions;
        this.monotonicClock = monotonicClock;
        this.clock = clock;
    }

    /** Records what a running attempt has cost so far. */
    public void running(Task claimed, Spend soFar) {
        transactions.writing(() -> reservations.record(claimed.attemptAccounts(), soFar));
    }

    /** Records that a running attempt continues in another session than the one it was claimed for. */
    public void movedTo(UUID session, Task claimed) {
        transactions.writing(() -> {
            attempts.move(claimed.attemptId(), session);
            changes.update(
                    claimed.id(),
                    task -> task.attemptId().equals(claimed.attemptId()) && task.state() instanceof TaskState.Running
                            ? task.inSession(session)
                            : task);
        });
    }

    /** Returns whether the end of this attempt is booked. */
    public boolean isSettled(Task claimed) {
        return reservations.isSettled(claimed.attemptId());
    }

    /** The attempt brought an answer; where its output is longer than may be kept, it is cut. */
    public void succeeded(Task claimed, Answer answer, Spend spend) {
        Answer kept = answer.cutTo(properties.maxOutput());
        settle(
                claimed,
                AttemptEnd.succeeded(answer),
                spend,
                (running, task) -> task.with(running.succeeded(kept, clock.instant())));
    }

    /** The attempt failed: the task fails, or is tried again where its retries allow. */
    public void failed(Task claimed, Failure failure, Spend spend) {
        settle(claimed, AttemptEnd.failed(failure), spend, (running, task) -> {
            if (running.cancelling()) {
                return task.with(running.cancelled(clock.instant()));
            }
            boolean again = failure.code().retryable() && task.attempts() <= properties.retriesOf(task.spec());
            return again
                    ? task.with(
                            running.requeued(monotonicClock.after(BACK_OFF.after(task.attempts())), clock.instant()))
                    : task.with(running.failed(failure, clock.instant()));
        });
    }

    /**
     * The provider could not take it now: the task waits until {@code notBefore} by the monotonic clock, and the
     * attempt does not count.
     */
    public void deferred(Task claimed, Failure failure, Instant notBefore, Spend spend) {
        settle(
                claimed,
                AttemptEnd.deferred(failure),
                spend,
                (running, task) -> running.cancelling()
                        ? task.with(running.cancelled(clock.instant()))
                        : task.attemptUncounted().with(running.requeued(notBefore, clock.instant())));
    }

    /** The attempt was stopped because somebody cancelled the task. */
    public void cancelled(Task claimed, Spend spend) {
        settle(claimed, AttemptEnd.CANCELLED, spend, (running, task) -> task.with(running.cancelled(clock.instant())));
    }

    /** The attempt was stopped because this service stops: the task goes on at its next start. */
    public void interrupted(Task claimed, Spend spend) {
        goesOn(claimed, AttemptEnd.INTERRUPTED, spend);
    }

    /** The attempt was cut off by the death of the service that ran it: the task goes on. */
    void lost(Task claimed, Spend spend) {
        goesOn(claimed, AttemptEnd.LOST, spend);
    }

    private void goesOn(Task claimed, AttemptEnd end, Spend spend) {
        settle(
                claimed,
                end,
                spend,
                (running, task) -> running.cancelling()
                        ? task.with(running.cancelled(clock.instant()))
                        : task.with(running.interrupted(clock.instant())));
    }

    /** The attempt was cut off, and its task cannot be read any more. */
    void unreadable(Task claimed, Spend spend) {
        settle(
                claimed,
                AttemptEnd.UNREADABLE,
                spend,
                (running, task) -> task.with(running.failed(TaskError.unreadable(), clock.instant())));
    }

    private void settle(Task claimed, AttemptEnd end, Spend spend, Ending ending) {
        transactions.writing(() -> {
            reservations.settle(
                    claimed.attemptAccounts(), spend, claimed.spec().labels().tags());
            claimed.origin().flows().forEach(holds::releaseToMoney);
            changes.update(claimed.id(), task -> {
                Task spent = task.spent(spend);
                boolean current = task.attemptId().equals(claimed.attemptId());
                Task next = current && task.state() instanceof TaskState.Running running
                        ? ending.of(running, spent)
                        : spent;
                finish(claimed, end, spend, next); // before the event that ends the task
                return next;
            });
            transactions.afterCommit(() -> metrics.spent(spend));
        });
    }

    private void finish(Task claimed, AttemptEnd end, Spend spend, Task after) {
        boolean current = after.attemptId().equals(claimed.attemptId());
        boolean cancelled = current && after.state() instanceof TaskState.Cancelled;
        attempts.finish(
                claimed,
                cancelled ? AttemptEnd.CANCELLED : end,
                spend,
                current && after.state() instanceof TaskState.Ended ended ? ended.finishedAt() : clock.instant());
    }

    /** The next state of a running task. */
    private interface Ending {
        Task of(TaskState.Running running, Task task);
    }
}

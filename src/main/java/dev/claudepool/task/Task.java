package dev.claudepool.task;

import dev.claudepool.budget.AttemptAccounts;
import dev.claudepool.budget.AttemptId;
import dev.claudepool.budget.Spend;
import dev.claudepool.event.EventLog.Subject;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One prompt that one slot carries out. Immutable; {@link TaskChanges} replaces it by its successor.
 *
 * @param id time-ordered
 * @param spec what was asked for
 * @param createdAt when it was accepted
 * @param startedAt when its first attempt started
 * @param attempts how many attempts count
 * @param epoch how often it was claimed; fences what an older attempt writes
 * @param slotId the slot of the latest attempt
 * @param sessionId the session of the latest attempt, or the one to go on in
 * @param follows the task whose session it continues
 * @param spend what all its attempts cost
 * @param origin what made it
 * @param state where it stands
 */
public record Task(
        UUID id,
        TaskSpec spec,
        Instant createdAt,
        @Nullable Instant startedAt,
        int attempts,
        int epoch,
        @Nullable String slotId,
        @Nullable UUID sessionId,
        @Nullable UUID follows,
        Spend spend,
        Origin origin,
        TaskState state) {

    public static Task accepted(
            UUID id,
            TaskSpec spec,
            Instant now,
            @Nullable UUID sessionId,
            @Nullable UUID follows,
            Origin origin,
            TaskState.Queued state) {
        return new Task(id, spec, now, null, 0, 0, null, sessionId, follows, Spend.NOTHING, origin, state);
    }

    /** Returns a copy that is asked for otherwise, and waits otherwise. */
    public Task withSpec(TaskSpec otherSpec, TaskState.Queued queued) {
        return new Task(
                id, otherSpec, createdAt, startedAt, attempts, epoch, slotId, sessionId, follows, spend, origin,
                queued);
    }

    /** @throws IllegalStateException when it is not in the queue */
    public TaskState.Queued requireQueued() {
        return switch (state) {
            case TaskState.Queued queued -> queued;
            default -> throw new IllegalStateException(this + " is not queued");
        };
    }

    public Task claimed(String slot, UUID session, TaskState.Running running, Instant now) {
        Instant firstStart = startedAt == null ? now : startedAt;
        return new Task(
                id,
                spec,
                createdAt,
                firstStart,
                attempts + 1,
                epoch + 1,
                slot,
                session,
                follows,
                spend,
                origin,
                running);
    }

    public Task inSession(UUID session) {
        return new Task(
                id, spec, createdAt, startedAt, attempts, epoch, slotId, session, follows, spend, origin, state);
    }

    public Task with(TaskState next) {
        return new Task(
                id, spec, createdAt, startedAt, attempts, epoch, slotId, sessionId, follows, spend, origin, next);
    }

    public Task spent(Spend more) {
        return new Task(
                id,
                spec,
                createdAt,
                startedAt,
                attempts,
                epoch,
                slotId,
                sessionId,
                follows,
                spend.plus(more),
                origin,
                state);
    }

    /** The last attempt is not to count: it was the provider that could not take it. */
    public Task attemptUncounted() {
        return new Task(
                id, spec, createdAt, startedAt, attempts - 1, epoch, slotId, sessionId, follows, spend, origin, state);
    }

    /** Returns the id of its present attempt. */
    public AttemptId attemptId() {
        return new AttemptId(id, epoch);
    }

    /**
     * Returns the accounts that its present attempt draws on.
     *
     * @throws IllegalStateException when no slot has ever taken it
     */
    public AttemptAccounts attemptAccounts() {
        if (slotId == null) {
            throw new IllegalStateException(this + " has no attempt");
        }
        return new AttemptAccounts(attemptId(), slotId, origin.flows());
    }

    /** The subject of the task's events. */
    public Subject subject() {
        return new Subject(
                id, origin.chainId(), origin.fanOutId(), slotId, spec.labels().tags());
    }

    @Override
    public String toString() {
        return "Task[" + id + " " + state.name() + "]";
    }
}

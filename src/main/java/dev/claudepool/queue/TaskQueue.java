package dev.claudepool.queue;

import dev.claudepool.store.Ids;
import dev.claudepool.store.MonotonicClock;
import dev.claudepool.task.HoldReason;
import dev.claudepool.task.Origin;
import dev.claudepool.task.Task;
import dev.claudepool.task.TaskChanges;
import dev.claudepool.task.TaskSpec;
import dev.claudepool.task.TaskState;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Adds tasks to the queue. Thread-safe. */
@Component
public class TaskQueue {

    private final TaskChanges changes;
    private final QueueProperties properties;
    private final Ids ids;
    private final MonotonicClock monotonicClock;
    private final InstantSource clock;

    TaskQueue(
            TaskChanges changes,
            QueueProperties properties,
            Ids ids,
            MonotonicClock monotonicClock,
            InstantSource clock) {
        this.changes = changes;
        this.properties = properties;
        this.ids = ids;
        this.monotonicClock = monotonicClock;
        this.clock = clock;
    }

    /** Adds a task, in the caller's transaction. */
    public Task add(Entry entry) {
        Task task = Task.accepted(
                ids.next(),
                entry.spec(),
                clock.instant(),
                entry.sessionId(),
                entry.follows(),
                entry.origin(),
                new TaskState.Queued(notBefore(entry), false, entry.hold()));
        Instant since = entry.since();
        changes.create(task, since == null ? monotonicClock.instant() : since, properties.step());
        return task;
    }

    /**
     * Returns when the task may be claimed, by the monotonic clock: not before its delay is over, nor before its time.
     */
    private Instant notBefore(Entry entry) {
        Instant delayed = entry.delay().isZero() ? TaskState.Queued.AT_ONCE : monotonicClock.after(entry.delay());
        Instant wanted = entry.spec().notBefore();
        Instant time = wanted == null ? delayed : monotonicClock.ofWall(wanted);
        return time.isAfter(delayed) ? time : delayed;
    }

    /**
     * A task before it has an id.
     *
     * @param sessionId the existing session that it goes on in, where that is of no known task
     * @param follows the task whose session it goes on in
     * @param since when its waiting began, which decides its place in the queue; null for now
     * @param delay how long it must not be claimed
     * @param hold why it must not be claimed, whatever else; null when nothing holds it
     */
    public record Entry(
            TaskSpec spec,
            @Nullable UUID sessionId,
            @Nullable UUID follows,
            Origin origin,
            @Nullable Instant since,
            Duration delay,
            @Nullable HoldReason hold) {}
}

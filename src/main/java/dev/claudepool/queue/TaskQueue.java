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
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Adds tasks to the queue, and changes those that are in it. Thread-safe. */
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
        Instant now = clock.instant();
        Task task = Task.accepted(
                ids.next(),
                entry.spec(),
                now,
                entry.sessionId(),
                entry.follows(),
                entry.origin(),
                new TaskState.Queued(notBefore(entry), false, entry.hold(), now));
        Instant since = entry.since();
        changes.create(task, since == null ? monotonicClock.instant() : since, properties.step());
        return task;
    }

    /**
     * Changes what a queued task is asked with, in the caller's transaction. It keeps the time that it has waited;
     * where its {@code notBefore} is another than before, it waits for that and for no pause.
     */
    public void change(Task task, TaskSpec spec) {
        TaskState.Queued queued = task.requireQueued();
        TaskState.Queued changed =
                Objects.equals(spec.notBefore(), task.spec().notBefore()) ? queued : queued.notBefore(wanted(spec));
        changes.changeSpec(task, task.withSpec(spec, changed), properties.step());
    }

    /**
     * Returns when the task may be claimed, by the monotonic clock: not before its delay is over, nor before its time.
     */
    private Instant notBefore(Entry entry) {
        Instant delayed = entry.delay().isZero() ? TaskState.Queued.AT_ONCE : monotonicClock.after(entry.delay());
        Instant wanted = wanted(entry.spec());
        return wanted.isAfter(delayed) ? wanted : delayed;
    }

    private Instant wanted(TaskSpec spec) {
        return spec.notBefore() == null ? TaskState.Queued.AT_ONCE : monotonicClock.ofWall(spec.notBefore());
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

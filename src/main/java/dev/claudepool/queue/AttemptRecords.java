package dev.claudepool.queue;

import dev.claudepool.budget.AttemptId;
import dev.claudepool.budget.Spend;
import dev.claudepool.event.EventLog;
import dev.claudepool.task.Task;
import java.time.Instant;
import java.util.UUID;
import org.springframework.stereotype.Component;

/** Keeps the attempts at tasks, in the caller's transaction, and publishes how they ended. Thread-safe. */
@Component
class AttemptRecords {

    private final AttemptStore store;
    private final EventLog log;

    AttemptRecords(AttemptStore store, EventLog log) {
        this.store = store;
        this.log = log;
    }

    /** Adds the present attempt of a task, which has just been claimed. */
    void begin(Task queued, Task claimed, Instant now) {
        store.begin(queued, claimed, now);
    }

    /** An attempt goes on in another session than the one it was begun in. */
    void move(AttemptId id, UUID session) {
        store.move(id, session);
    }

    /** Ends the attempt for which {@code claimed} was claimed; does nothing when an older version has begun it. */
    void finish(Task claimed, AttemptEnd end, Spend spend, Instant now) {
        store.finish(claimed.attemptId(), end, spend, now)
                .ifPresent(attempt -> log.append(claimed.subject(), new TaskAttemptEnded(attempt)));
    }
}

package dev.claudepool.task;

import dev.claudepool.event.EventFilter;
import dev.claudepool.event.EventLog;
import java.util.List;
import java.util.UUID;
import org.springframework.stereotype.Component;

/** Deletes tasks with all that is about them, in the caller's transaction; what they have cost stays in the books. */
@Component
class TaskRemoval {

    /** Few at once, because the events of each go with it. */
    static final int AT_ONCE = 100;

    private final TaskStore store;
    private final Idempotency idempotency;
    private final EventLog log;

    TaskRemoval(TaskStore store, Idempotency idempotency, EventLog log) {
        this.store = store;
        this.idempotency = idempotency;
        this.log = log;
    }

    void remove(List<UUID> tasks) {
        if (!tasks.isEmpty()) {
            tasks.forEach(task -> log.forget(new EventFilter.OfTask(task)));
            idempotency.forget(tasks);
            store.delete(tasks);
        }
    }
}

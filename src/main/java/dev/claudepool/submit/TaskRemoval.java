package dev.claudepool.submit;

import dev.claudepool.event.EventFilter;
import dev.claudepool.event.EventLog;
import dev.claudepool.task.TaskStore;
import java.util.List;
import java.util.UUID;
import org.springframework.stereotype.Component;

/** Deletes tasks with all that is about them, in the caller's transaction; what they have cost stays in the books. */
@Component
public class TaskRemoval {

    /** Few at once, because the events of each go with it. */
    public static final int AT_ONCE = 100;

    private final TaskStore store;
    private final Idempotency idempotency;
    private final EventLog log;

    TaskRemoval(TaskStore store, Idempotency idempotency, EventLog log) {
        this.store = store;
        this.idempotency = idempotency;
        this.log = log;
    }

    public void remove(List<UUID> tasks) {
        if (!tasks.isEmpty()) {
            tasks.forEach(task -> log.forget(new EventFilter.OfTask(task)));
            idempotency.forget(tasks);
            store.delete(tasks);
        }
    }
}

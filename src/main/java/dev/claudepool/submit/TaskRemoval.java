package dev.claudepool.submit;

import static dev.claudepool.problem.ProblemException.conflictUnless;

import dev.claudepool.event.EventFilter;
import dev.claudepool.event.EventLog;
import dev.claudepool.problem.ProblemCode;
import dev.claudepool.problem.ProblemException;
import dev.claudepool.store.Transactions;
import dev.claudepool.task.TaskStore;
import java.util.List;
import java.util.UUID;
import org.springframework.stereotype.Component;

/** Deletes tasks with all that is about them; what they have cost stays in the books. Thread-safe. */
@Component
public class TaskRemoval {

    /** Few at once, because the events of each go with it. */
    public static final int AT_ONCE = 100;

    private final TaskStore store;
    private final Idempotency idempotency;
    private final EventLog log;
    private final Transactions transactions;

    TaskRemoval(TaskStore store, Idempotency idempotency, EventLog log, Transactions transactions) {
        this.store = store;
        this.idempotency = idempotency;
        this.log = log;
        this.transactions = transactions;
    }

    /**
     * Deletes a task that has ended.
     *
     * @throws ProblemException {@code task-not-found}; {@code conflict} when it has not ended, belongs to a chain or
     *     fan-out, or something that has not ended goes on in its session
     */
    void remove(UUID task) {
        transactions.writing(() -> {
            TaskStore.Ties ties = store.ties(task)
                    .orElseThrow(() -> new ProblemException(ProblemCode.TASK_NOT_FOUND, "There is no task " + task));
            conflictUnless(ties.state().isFinal(), "Only a task that has ended can be deleted; cancel it first");
            conflictUnless(!ties.ofFlow(), "The task belongs to a chain or fan-out, and stays as long as that");
            conflictUnless(!ties.followed(), "A task or chain that has not ended goes on in the session of the task");
            remove(List.of(task));
        });
    }

    /** Deletes tasks in the caller's transaction. */
    public void remove(List<UUID> tasks) {
        if (!tasks.isEmpty()) {
            tasks.forEach(task -> log.forget(new EventFilter.OfTask(task)));
            idempotency.forget(tasks);
            store.delete(tasks);
        }
    }
}

package dev.claudepool.task;

import dev.claudepool.store.Transactions;
import dev.claudepool.web.ClientWait;
import dev.claudepool.web.FieldError;
import dev.claudepool.web.ProblemCode;
import dev.claudepool.web.ProblemException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;

/** What clients do with tasks: submit, find, list, cancel, wait. Thread-safe. */
@Service
public class TaskService {

    private final TaskStore store;
    private final TaskIntake intake;
    private final Idempotency idempotency;
    private final TaskChanges changes;
    private final Waits waits;
    private final TaskMetrics metrics;
    private final Transactions transactions;
    private final InstantSource clock;

    TaskService(
            TaskStore store,
            TaskIntake intake,
            Idempotency idempotency,
            TaskChanges changes,
            Waits waits,
            TaskMetrics metrics,
            Transactions transactions,
            InstantSource clock) {
        this.store = store;
        this.intake = intake;
        this.idempotency = idempotency;
        this.changes = changes;
        this.waits = waits;
        this.metrics = metrics;
        this.transactions = transactions;
        this.clock = clock;
    }

    /**
     * Accepts a task; when this returns, it is on disk.
     *
     * @param idempotencyKey a second submission with the same key and request gives the task of the first
     * @throws ProblemException when the request is not valid, no slot can ever take it, there is no money for it, the
     *     queue is full, or the key was used for another request
     */
    public Task submit(TaskSpec spec, @Nullable String idempotencyKey) {
        List<FieldError> errors = TaskSpecRules.check(spec, "");
        if (!errors.isEmpty()) {
            throw ProblemException.invalid(errors);
        }
        return transactions.write(() -> get(idempotency.once(idempotencyKey, spec, () -> accept(spec))));
    }

    private UUID accept(TaskSpec spec) {
        intake.admit(List.of(spec), 1, "prompt");
        Task task = intake.add(spec, Origin.CLIENT, null, Duration.ZERO, null);
        intake.queued();
        return task.id();
    }

    public Optional<Task> find(UUID id) {
        return store.find(id);
    }

    /** @throws ProblemException {@code task-not-found} */
    public Task get(UUID id) {
        return store.find(id)
                .orElseThrow(() -> new ProblemException(ProblemCode.TASK_NOT_FOUND, "There is no task " + id));
    }

    /** Tasks with ids below {@code before}, youngest first. */
    List<Task> list(TaskFilter filter, @Nullable UUID before, int limit) {
        return store.list(filter, before, limit);
    }

    /**
     * Cancels: a queued task never runs, a running one is told to stop and ends soon. A task that has ended stays as it
     * is.
     *
     * @throws ProblemException {@code task-not-found}
     */
    public Task cancel(UUID id) {
        return transactions.write(() -> {
            Task task = get(id);
            Task after = switch (task.state()) {
                case TaskState.Queued queued -> task.with(queued.cancelled(Instant.ofEpochMilli(clock.millis())));
                case TaskState.Running running -> task.with(running.cancelRequested());
                case TaskState.Ended _ -> task;
            };
            if (!after.state().equals(task.state())) {
                if (!store.replace(task, after)) {
                    throw new IllegalStateException(task + " was changed by another");
                }
                changes.changed(task, after);
                if (after.state() instanceof TaskState.Ended ended) {
                    transactions.afterCommit(() -> metrics.ended(after, ended));
                }
            }
            return after;
        });
    }

    /**
     * Waits until the task has ended, but not longer than the client does.
     *
     * @return the task as it then is, ended or not
     * @throws ProblemException {@code task-not-found}
     */
    public Task await(UUID id, ClientWait client) throws InterruptedException {
        waits.await(id, client, () -> get(id).state().isFinal());
        return get(id);
    }
}

package dev.claudepool.task;

import dev.claudepool.budget.Budget;
import dev.claudepool.store.Ids;
import dev.claudepool.store.Transactions;
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

    private static final Duration QUEUE_FULL_RETRY = Duration.ofSeconds(5);

    private final TaskStore store;
    private final IdempotencyStore idempotency;
    private final TaskEvents events;
    private final TaskWaits waits;
    private final TaskMetrics metrics;
    private final Admission admission;
    private final Budget budget;
    private final QueueProperties queue;
    private final Transactions transactions;
    private final Ids ids;
    private final InstantSource clock;

    TaskService(
            TaskStore store,
            IdempotencyStore idempotency,
            TaskEvents events,
            TaskWaits waits,
            TaskMetrics metrics,
            Admission admission,
            Budget budget,
            QueueProperties queue,
            Transactions transactions,
            Ids ids,
            InstantSource clock) {
        this.store = store;
        this.idempotency = idempotency;
        this.events = events;
        this.waits = waits;
        this.metrics = metrics;
        this.admission = admission;
        this.budget = budget;
        this.queue = queue;
        this.transactions = transactions;
        this.ids = ids;
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
        return transactions.write(() -> firstUse(spec, idempotencyKey).orElseGet(() -> accept(spec, idempotencyKey)));
    }

    private Optional<Task> firstUse(TaskSpec spec, @Nullable String key) {
        if (key == null) {
            return Optional.empty();
        }
        if (key.isBlank() || key.length() > 255) {
            throw ProblemException.invalid("Idempotency-Key", "must have 1 to 255 characters");
        }
        return idempotency.find(key).map(use -> {
            if (!use.request().equals(idempotency.digest(spec))) {
                throw new ProblemException(
                        ProblemCode.IDEMPOTENCY_CONFLICT, "The Idempotency-Key was used for another request");
            }
            return store.find(use.taskId()).orElseThrow();
        });
    }

    private Task accept(TaskSpec spec, @Nullable String key) {
        admission.check(spec);
        budget.check(spec.limit());
        if (store.count(TaskState.Name.QUEUED) >= queue.capacity()) {
            throw new ProblemException(
                            ProblemCode.QUEUE_FULL, "The queue holds its most of " + queue.capacity() + " tasks")
                    .withRetryAfter(QUEUE_FULL_RETRY);
        }
        Instant now = Instant.ofEpochMilli(clock.millis());
        UUID named = namedSession(spec);
        Optional<Task> followed = named == null ? Optional.empty() : store.find(named);
        Task task = Task.queued(
                ids.next(),
                spec,
                now,
                followed.isPresent() ? null : named,
                followed.map(Task::id).orElse(null));
        store.insert(task, queue.step());
        events.stateChanged(task);
        if (key != null) {
            idempotency.insert(key, spec, task.id(), now);
        }
        admission.queued();
        return task;
    }

    private static @Nullable UUID namedSession(TaskSpec spec) {
        return switch (spec.session()) {
            case TaskSpec.FRESH_SESSION, TaskSpec.SLOT_SESSION -> null;
            default -> UUID.fromString(spec.session());
        };
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
                events.stateChanged(after);
                if (after.state() instanceof TaskState.Ended ended) {
                    transactions.afterCommit(() -> metrics.ended(after, ended));
                }
            }
            return after;
        });
    }

    /**
     * Waits until the task has ended, but not longer than {@code atMost}.
     *
     * @return the task as it then is, ended or not
     * @throws ProblemException {@code task-not-found}
     */
    public Task await(UUID id, Duration atMost) throws InterruptedException {
        waits.await(id, atMost, () -> get(id).state().isFinal());
        return get(id);
    }
}

package dev.claudepool.submit;

import dev.claudepool.problem.FieldError;
import dev.claudepool.problem.ProblemCode;
import dev.claudepool.problem.ProblemException;
import dev.claudepool.security.Caller;
import dev.claudepool.store.Transactions;
import dev.claudepool.task.LargeReads;
import dev.claudepool.task.Origin;
import dev.claudepool.task.Task;
import dev.claudepool.task.TaskChanges;
import dev.claudepool.task.TaskSpec;
import dev.claudepool.task.TaskSpecRules;
import dev.claudepool.task.TaskState;
import dev.claudepool.task.TaskStore;
import dev.claudepool.web.ClientWait;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;

/** What clients do with tasks: submit, retry, change, find, cancel, wait. Thread-safe. */
@Service
public class TaskService implements Awaitable {

    private final TaskStore store;
    private final LargeReads reads;
    private final Submissions submissions;
    private final Idempotency idempotency;
    private final TaskChanges changes;
    private final CompletionWaiters waiters;
    private final Transactions transactions;
    private final InstantSource clock;

    TaskService(
            TaskStore store,
            LargeReads reads,
            Submissions submissions,
            Idempotency idempotency,
            TaskChanges changes,
            CompletionWaiters waiters,
            Transactions transactions,
            InstantSource clock) {
        this.store = store;
        this.reads = reads;
        this.submissions = submissions;
        this.idempotency = idempotency;
        this.changes = changes;
        this.waiters = waiters;
        this.transactions = transactions;
        this.clock = clock;
    }

    /**
     * Accepts a task; when this returns, it is on disk.
     *
     * @param idempotencyKey a second submission with the same key and request gives the task of the first
     * @throws ProblemException when the request is not valid, asks for more than the caller may, no slot can ever take
     *     it, there is no money for it, the queue is full, or the key was used for another request
     */
    public Task submit(TaskSpec spec, @Nullable String idempotencyKey, Caller caller) {
        return submit(spec, Origin.CLIENT, spec, idempotencyKey, caller);
    }

    /**
     * Accepts a task in the same way that repeats one that has ended, which stays as it is.
     *
     * @param change makes what is asked for of what was asked for then
     * @throws ProblemException {@code task-not-found}; {@code conflict} when the task has not ended; and as above
     */
    public Task retry(UUID id, UnaryOperator<TaskSpec> change, @Nullable String idempotencyKey, Caller caller) {
        return reads.read(bytes(id), () -> {
            Task ended = required(id, store.find(id));
            if (!ended.state().isFinal()) {
                throw new ProblemException(ProblemCode.CONFLICT, "Only a task that has ended can be retried");
            }
            TaskSpec spec = change.apply(ended.spec());
            return submit(spec, Origin.retryOf(id), new RetryRequest(id, spec), idempotencyKey, caller);
        });
    }

    /**
     * Changes what a queued task is asked with, and returns the task as it then is.
     *
     * @param change makes what is asked for of what was asked for until now
     * @throws ProblemException {@code task-not-found}; {@code conflict} when the task is not queued; and as for a
     *     submission
     */
    public Task change(UUID id, UnaryOperator<TaskSpec> change, Caller caller) {
        return transactions.write(() -> {
            Task task = required(id, store.find(id));
            if (!(task.state() instanceof TaskState.Queued)) {
                throw new ProblemException(ProblemCode.CONFLICT, "Only a task that is queued can be changed");
            }
            TaskSpec spec = verified(change.apply(task.spec()));
            if (!spec.equals(task.spec())) {
                submissions.change(task, spec, caller);
            }
            return required(id, store.find(id)); // it may run by now
        });
    }

    private static TaskSpec verified(TaskSpec spec) {
        List<FieldError> errors = TaskSpecRules.check(spec, "");
        if (!errors.isEmpty()) {
            throw ProblemException.invalid(errors);
        }
        return spec;
    }

    /** What tells a retry from other requests with the same {@code Idempotency-Key}. */
    private record RetryRequest(UUID retryOf, TaskSpec spec) {}

    private Task submit(TaskSpec spec, Origin origin, Object request, @Nullable String idempotencyKey, Caller caller) {
        TaskSpec verified = verified(spec);
        return transactions.write(() -> {
            UUID id = idempotency.once(idempotencyKey, request, () -> accept(verified, origin, caller));
            return required(id, store.find(id));
        });
    }

    private UUID accept(TaskSpec spec, Origin origin, Caller caller) {
        submissions.verify(caller, (rules, check) -> check.accept(spec, rules));
        submissions.admit(List.of(spec), 1, "prompt");
        Task task = submissions.add(spec, origin, null, Duration.ZERO, null);
        submissions.requireRoom();
        submissions.dispatch();
        return task.id();
    }

    public Optional<Task> find(UUID id) {
        return store.find(id);
    }

    @Override
    public List<Item> awaited(Collection<UUID> ids) {
        return store.states(ids).entrySet().stream()
                .map(task -> new Item(
                        task.getKey(),
                        Kind.TASK,
                        task.getValue().name(),
                        task.getValue().isFinal()))
                .toList();
    }

    /** @throws ProblemException {@code task-not-found} */
    public Task get(UUID id) {
        return required(id, reads.read(bytes(id), () -> store.find(id)));
    }

    /** @throws ProblemException {@code task-not-found} */
    void require(UUID id) {
        var _ = required(id, store.state(id));
    }

    private long bytes(UUID id) {
        return store.sizes(List.of(id)).of(List.of(id));
    }

    private static <T> T required(UUID id, Optional<T> found) {
        return found.orElseThrow(() -> new ProblemException(ProblemCode.TASK_NOT_FOUND, "There is no task " + id));
    }

    /**
     * Cancels: a queued task never runs, a running one is stopped and ends soon. A task that has ended stays as it is.
     *
     * @throws ProblemException {@code task-not-found}
     */
    public Task cancel(UUID id) {
        return transactions.write(() -> {
            require(id);
            return changes.update(id, this::cancelled);
        });
    }

    private Task cancelled(Task task) {
        return switch (task.state()) {
            case TaskState.Queued queued -> task.with(queued.cancelled(clock.instant()));
            case TaskState.Running running -> task.with(running.cancelRequested());
            case TaskState.Ended _ -> task;
        };
    }

    /**
     * Waits until the task has ended, but not longer than the client does.
     *
     * @return the task as it then is, ended or not
     * @throws ProblemException {@code task-not-found}
     */
    public Task await(UUID id, ClientWait client) throws InterruptedException {
        waiters.await(id, client, () -> required(id, store.state(id)).isFinal());
        return get(id);
    }
}

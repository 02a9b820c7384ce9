package dev.claudepool.task;

import dev.claudepool.budget.Budget;
import dev.claudepool.problem.FieldRules;
import dev.claudepool.problem.ProblemCode;
import dev.claudepool.problem.ProblemException;
import dev.claudepool.security.Caller;
import dev.claudepool.store.Ids;
import dev.claudepool.store.MonotonicClock;
import dev.claudepool.store.SizeStore;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.util.unit.DataSize;

/** Decides which new tasks may come in, and queues them; all of it in the caller's transaction. */
@Component
class Submissions {

    private static final Duration QUEUE_FULL_RETRY = Duration.ofSeconds(5);
    private static final Duration STORE_FULL_RETRY = Duration.ofMinutes(1);

    /** An answer that names thousands of fields helps nobody. */
    private static final int MOST_ERRORS = 100;

    private final TaskStore store;
    private final SizeStore size;
    private final TaskChanges changes;
    private final Admission admission;
    private final Budget budget;
    private final QueueProperties queue;
    private final TaskLimits limits;
    private final Ids ids;
    private final MonotonicClock monotonicClock;
    private final InstantSource clock;

    Submissions(
            TaskStore store,
            SizeStore size,
            TaskChanges changes,
            Admission admission,
            Budget budget,
            QueueProperties queue,
            TaskLimits limits,
            Ids ids,
            MonotonicClock monotonicClock,
            InstantSource clock) {
        this.store = store;
        this.size = size;
        this.changes = changes;
        this.admission = admission;
        this.budget = budget;
        this.queue = queue;
        this.limits = limits;
        this.ids = ids;
        this.monotonicClock = monotonicClock;
        this.clock = clock;
    }

    /**
     * Refuses a request that asks for more than its caller may, or names what is not there.
     *
     * @throws ProblemException {@code forbidden} or {@code validation-failed}, with the fields
     */
    void verify(Caller caller, TaskRequest request) {
        if (!limits.exempt(caller)) {
            FieldRules exceeded = new FieldRules("");
            request.forEachTask(exceeded, untilEnough(exceeded, limits::check));
            if (!exceeded.errors().isEmpty()) {
                throw ProblemException.forbidden(exceeded.errors());
            }
        }
        FieldRules unknown = new FieldRules("");
        request.forEachTask(unknown, untilEnough(unknown, this::checkNames));
        unknown.verify();
    }

    private static BiConsumer<TaskSpec, FieldRules> untilEnough(
            FieldRules all, BiConsumer<TaskSpec, FieldRules> check) {
        return (spec, rules) -> {
            if (all.errors().size() < MOST_ERRORS) {
                check.accept(spec, rules);
            }
        };
    }

    private void checkNames(TaskSpec spec, FieldRules rules) {
        limits.checkServers(spec.config(), rules);
        UUID named = namedSession(spec);
        rules.require(
                named == null
                        || spec.sessionFallback() == TaskSpec.SessionFallback.FRESH
                        || isKnown(named)
                        || store.find(named).isPresent(),
                "session",
                "must be fresh, slot, the id of a task, or the id of a session that a task or slot of this pool has been"
                        + " in (claude-pool.task.foreign-sessions)");
    }

    /** Whether a task may go on in this conversation: others in the CLI's directory are not for everybody. */
    private boolean isKnown(UUID session) {
        return limits.allowsForeignSessions() || store.hasSession(session) || admission.owns(session);
    }

    /**
     * Lets tasks pass that somebody submits.
     *
     * @param specs of all that may ever have to be carried out for it
     * @param places how many of them are queued at once
     * @param field the field of the request that says so
     * @throws ProblemException when no slot can ever take one of them, there is no money for it, or the queue or the
     *     database is full
     */
    void admit(Collection<TaskSpec> specs, int places, String field) {
        specs.forEach(admission::check);
        specs.stream().map(TaskSpec::limit).distinct().forEach(budget::check);
        if (places > queue.capacity()) {
            throw ProblemException.invalid(field, "must fit into the queue, which holds " + queue.capacity());
        }
        if (store.count(TaskState.Name.QUEUED) + places > queue.capacity()) {
            throw full("The queue holds its most of " + queue.capacity() + " tasks", QUEUE_FULL_RETRY);
        }
        requireRoom();
        if (size.isFull()) {
            throw full(
                    "The database holds its most of " + inMegabytes(size.most()) + "; tasks that expire make room",
                    STORE_FULL_RETRY);
        }
    }

    /**
     * Call it once all is stored that was admitted: where that is too long, the transaction is rolled back.
     *
     * @throws ProblemException when what waits has more bytes than it may
     */
    void requireRoom() {
        if (store.waitingBytes() > queue.maxBytes().toBytes()) {
            throw full(
                    "What waits would have more bytes than its most of " + inMegabytes(queue.maxBytes()),
                    QUEUE_FULL_RETRY);
        }
    }

    private static ProblemException full(String detail, Duration retryAfter) {
        return new ProblemException(ProblemCode.QUEUE_FULL, detail).withRetryAfter(retryAfter);
    }

    private static String inMegabytes(DataSize size) {
        return size.toMegabytes() == 0 ? size.toBytes() + " bytes" : size.toMegabytes() + " MB";
    }

    /**
     * Queues a task; when all are, call {@link #queued}.
     *
     * @param since it gets the place in the queue that it would have if it were from then; null for now
     */
    Task add(TaskSpec spec, Origin origin, @Nullable Instant since, Duration delay, @Nullable HoldReason hold) {
        Instant now = Instant.ofEpochMilli(clock.millis());
        Instant notBefore = delay.isZero() ? TaskState.Queued.AT_ONCE : monotonicClock.after(delay);
        UUID named = namedSession(spec);
        Optional<Task> followed = named == null ? Optional.empty() : store.find(named);
        Task task = Task.queued(
                ids.next(),
                spec,
                now,
                named != null && followed.isEmpty() && isKnown(named) ? named : null,
                followed.map(Task::id).orElse(null),
                origin,
                new TaskState.Queued(notBefore, false, hold));
        changes.create(task, since == null ? monotonicClock.instant() : since, queue.step());
        return task;
    }

    /** There are new tasks; idle slots may take them at once. */
    void queued() {
        admission.queued();
    }

    private static @Nullable UUID namedSession(TaskSpec spec) {
        return switch (spec.session()) {
            case TaskSpec.FRESH_SESSION, TaskSpec.SLOT_SESSION -> null;
            default -> UUID.fromString(spec.session());
        };
    }
}

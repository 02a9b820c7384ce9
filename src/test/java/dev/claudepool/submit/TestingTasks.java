package dev.claudepool.submit;

import dev.claudepool.budget.TestingBudget;
import dev.claudepool.dispatch.TestingDispatch;
import dev.claudepool.event.EventLog;
import dev.claudepool.event.TestingEventLog;
import dev.claudepool.queue.IdleSlot;
import dev.claudepool.queue.NextTask;
import dev.claudepool.queue.QueueProperties;
import dev.claudepool.queue.RequestedSession;
import dev.claudepool.queue.TestingQueue;
import dev.claudepool.security.Caller;
import dev.claudepool.security.Role;
import dev.claudepool.slot.TestingSlots;
import dev.claudepool.store.Expiring;
import dev.claudepool.store.RetentionProperties;
import dev.claudepool.store.TestDatabase;
import dev.claudepool.task.LargeReads;
import dev.claudepool.task.Origin;
import dev.claudepool.task.Task;
import dev.claudepool.task.TaskChanges;
import dev.claudepool.task.TaskLimits;
import dev.claudepool.task.TaskOutlineStore;
import dev.claudepool.task.TaskProperties;
import dev.claudepool.task.TaskResult;
import dev.claudepool.task.TaskStore;
import dev.claudepool.task.TestingSpecs;
import dev.claudepool.task.TestingTaskStore;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The parts from the store of tasks up to this package, put together over a test database as the application does it.
 */
public final class TestingTasks {

    public static final String SLOT = "slot-0";

    /** Whom no limits bind. */
    public static final Caller CALLER = new Caller("admin", Set.of(Role.ADMIN));

    public final TestDatabase database;
    public final TaskStore store;
    public final TaskChanges changes;
    public final LargeReads reads;
    public final TestingBudget budget;
    public final EventLog log;
    public final TestingQueue queue;
    public final TestingSlots slots;
    public final TestingDispatch dispatch;
    public final Idempotency idempotency;
    public final CompletionWaiters waiters;
    public final Submissions submissions;
    public final TaskRemoval removal;
    public final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    public final TaskService service;
    final TaskLists lists;

    public TestingTasks(TestDatabase database) {
        this(database, TestingSpecs.properties(0), TestingQueue.capacity(10_000));
    }

    public TestingTasks(TestDatabase database, TaskProperties properties, QueueProperties queueProperties) {
        this(database, properties, queueProperties, null);
    }

    /** @param cap the most that may be spent, in USD; null for no cap */
    public TestingTasks(
            TestDatabase database, TaskProperties properties, QueueProperties queueProperties, @Nullable String cap) {
        this(database, properties, queueProperties, cap, TestingSpecs.limits("foreign-sessions", "true"));
    }

    /** Parts that are as the application's but for the limits of what callers may ask for. */
    TestingTasks(TestDatabase database, TaskLimits limits) {
        this(database, TestingSpecs.properties(0), TestingQueue.capacity(10_000), null, limits);
    }

    private TestingTasks(
            TestDatabase database,
            TaskProperties properties,
            QueueProperties queueProperties,
            @Nullable String cap,
            TaskLimits limits) {
        this.database = database;
        log = TestingEventLog.of(database);
        TestingTaskStore tasks = new TestingTaskStore(database, log);
        store = tasks.store;
        changes = tasks.changes;
        reads = tasks.reads;
        budget = new TestingBudget(database, cap);
        queue = new TestingQueue(database, tasks, budget, properties, queueProperties, meters);
        slots = new TestingSlots(database, budget, log, properties, limits, meters);
        dispatch = new TestingDispatch(database, queue, slots.slots, log);
        idempotency = new Idempotency(new IdempotencyStore(database.jdbc()), database.json(), database.clock());
        waiters = new CompletionWaiters(log);
        submissions = new Submissions(
                new SubmissionRules(limits, store, slots.slots),
                queue.capacity,
                store,
                slots.slots,
                budget.budget,
                queue.queue,
                dispatch.dispatcher);
        service = new TaskService(
                store, reads, submissions, idempotency, changes, waiters, database.transactions(), database.clock());
        lists = new TaskLists(
                store,
                new TaskListStore(database.jdbc(), database.dialect()),
                new TaskOutlineStore(database.jdbc(), database.dialect(), database.json()),
                reads);
        removal = new TaskRemoval(store, idempotency, log, database.transactions());
    }

    /** What lets tasks expire that ended longer ago than {@code kept}. */
    public Expiring expiry(Duration kept) {
        return new TaskExpiry(store, removal, database.transactions(), new RetentionProperties(kept, Duration.ZERO));
    }

    /** A task in the queue. */
    public Task queued() {
        return queued(Map.of());
    }

    public Task queued(String member, Object value) {
        return queued(Map.of(member, value));
    }

    /** A task in the queue, whether or not a slot can ever take it. */
    public Task queued(Map<String, Object> members) {
        return database.transactions()
                .write(() -> submissions.add(TestingSpecs.spec(members), Origin.CLIENT, null, Duration.ZERO, null));
    }

    /** A task that an attempt has just been begun for. */
    public Task running() {
        return running(Map.of());
    }

    public Task running(Map<String, Object> members) {
        Task queued = queued(members);
        Task claimed = claim();
        if (!claimed.id().equals(queued.id())) {
            throw new IllegalStateException("there were others in the queue");
        }
        return claimed;
    }

    /** Claims for {@link #SLOT}, in a new session unless the task has one. */
    public Task claim() {
        return claim(SLOT);
    }

    /** Claims in the same way, if there is a task that can be claimed. */
    public Optional<Task> claimed() {
        return claim(List.of(slot(SLOT)));
    }

    public Task claim(String slot) {
        return claim(List.of(slot(slot))).orElseThrow();
    }

    public boolean nothingToClaim(String... slots) {
        return claim(Stream.of(slots).map(TestingTasks::slot).toList()).isEmpty();
    }

    /** Claims one task for the first of these slots that it fits, in a new session unless the task has one. */
    public Optional<Task> claim(Collection<IdleSlot> idle) {
        return database.transactions().write(() -> switch (queue.claims.next(idle)) {
            case NextTask.None _ -> Optional.<Task>empty();
            case NextTask.Ready ready ->
                Optional.of(queue.claims
                        .claim(ready, fitting(ready.task(), idle).slotId(), sessionOf(ready.session()))
                        .task());
        });
    }

    /** Claims in this session. */
    public Task claim(String slot, UUID session) {
        return database.transactions()
                .write(() -> queue.claims
                        .claim(next(List.of(slot(slot))), slot, session)
                        .task());
    }

    /** The next task for an idle slot, which is not claimed. */
    public NextTask.Ready next() {
        return database.transactions().write(() -> next(List.of(slot(SLOT))));
    }

    private NextTask.Ready next(Collection<IdleSlot> idle) {
        return switch (queue.claims.next(idle)) {
            case NextTask.Ready ready -> ready;
            case NextTask.None _ -> throw new IllegalStateException("no task can be claimed");
        };
    }

    private static IdleSlot fitting(Task task, Collection<IdleSlot> idle) {
        return idle.stream().filter(slot -> slot.fits(task.spec())).findFirst().orElseThrow();
    }

    /** An idle slot without a role. */
    public static IdleSlot slot(String id) {
        return new IdleSlot(id, null);
    }

    private static UUID sessionOf(RequestedSession requested) {
        return switch (requested) {
            case RequestedSession.Existing(UUID existing) -> existing;
            case RequestedSession.Interrupted(UUID existing) -> existing;
            case RequestedSession.Fresh _, RequestedSession.OfSlot _, RequestedSession.Gone _ -> UUID.randomUUID();
        };
    }

    /** The task as it now is. */
    public Task now(Task task) {
        return store.find(task.id()).orElseThrow();
    }

    /** What clients get of the answer of a task that succeeded. */
    public static TaskResult resultOf(Task task) {
        return Objects.requireNonNull(RunResult.of(task).result());
    }
}

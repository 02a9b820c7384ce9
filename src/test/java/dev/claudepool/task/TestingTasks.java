package dev.claudepool.task;

import dev.claudepool.budget.Budget;
import dev.claudepool.budget.Money;
import dev.claudepool.budget.Spend;
import dev.claudepool.budget.TestingBudget;
import dev.claudepool.budget.Tokens;
import dev.claudepool.claude.Answer;
import dev.claudepool.claude.Failure;
import dev.claudepool.claude.FailureCode;
import dev.claudepool.event.EventLog;
import dev.claudepool.event.TestingEventLog;
import dev.claudepool.security.Caller;
import dev.claudepool.security.Role;
import dev.claudepool.store.Expiring;
import dev.claudepool.store.RetentionProperties;
import dev.claudepool.store.TestDatabase;
import dev.claudepool.store.TestingSizes;
import dev.claudepool.web.ApiJson;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.util.unit.DataSize;
import tools.jackson.databind.json.JsonMapper;

/** The parts of this package, put together over a test database as the application does it. */
public final class TestingTasks {

    public static final String SLOT = "slot-0";

    /** A slot's own conversation. */
    static final UUID SLOT_SESSION = UUID.randomUUID();

    /** What one step of priority weighs. */
    static final Duration STEP = Duration.ofMinutes(1);

    /** Whom no limits bind. */
    public static final Caller CALLER = new Caller("admin", Set.of(Role.ADMIN));

    private static final JsonMapper JSON = ApiJson.mapper();

    public final TestDatabase database;
    final TaskStore store;
    public final Budget budget;
    public final EventLog log;
    public final TaskChanges changes;
    public final Idempotency idempotency;
    public final CompletionWaiters waiters;
    final FlowTaskStore flowStore;
    final HoldStore holds;
    public final FlowTasks flows;
    public final FlowDeadlines deadlines;
    private final TaskRemoval removal;
    public final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    public final TaskQueue queue;
    final TaskRecovery recovery;
    public final TaskService service;

    public TestingTasks(TestDatabase database) {
        this(database, properties(0), new QueueProperties(10_000, DataSize.ofMegabytes(256), STEP));
    }

    TestingTasks(TestDatabase database, TaskProperties properties, QueueProperties queueProperties) {
        this(database, properties, queueProperties, null);
    }

    /** @param cap the most that may be spent, in USD; null for no cap */
    TestingTasks(
            TestDatabase database, TaskProperties properties, QueueProperties queueProperties, @Nullable String cap) {
        this(database, properties, queueProperties, cap, limits("foreign-sessions", "true"));
    }

    /** Parts that are as the application's but for the limits of what callers may ask for. */
    TestingTasks(TestDatabase database, TaskLimits limits) {
        this(database, properties(0), new QueueProperties(10_000, DataSize.ofMegabytes(256), STEP), null, limits);
    }

    private TestingTasks(
            TestDatabase database,
            TaskProperties properties,
            QueueProperties queueProperties,
            @Nullable String cap,
            TaskLimits limits) {
        this.database = database;
        store = new TaskStore(database.jdbc(), database.json());
        budget = TestingBudget.of(database, cap);
        idempotency = new Idempotency(new IdempotencyStore(database.jdbc()), database.json(), database.clock());
        log = TestingEventLog.of(database);
        waiters = new CompletionWaiters(log);
        changes = new TaskChanges(store, log, database.json());
        deadlines = new FlowDeadlines(database.monotonicClock());
        flowStore = new FlowTaskStore(database.jdbc());
        holds = new HoldStore(database.jdbc());
        QueueStore queueStore = new QueueStore(database.jdbc(), store, database.json());
        TaskMetrics metrics = new TaskMetrics(meters, store);
        queue = new TaskQueue(
                budget,
                store,
                queueStore,
                holds,
                changes,
                metrics,
                properties,
                database.transactions(),
                database.monotonicClock(),
                database.clock());
        recovery = new TaskRecovery(
                queue,
                store,
                queueStore,
                changes,
                budget,
                queueProperties,
                database.transactions(),
                database.monotonicClock(),
                database.clock());
        Submissions submissions = new Submissions(
                store,
                TestingSizes.of(database, meters),
                changes,
                new EveryTask(),
                budget,
                queueProperties,
                limits,
                database.ids(),
                database.monotonicClock(),
                database.clock());
        LargeReads reads = new LargeReads();
        service = new TaskService(
                store,
                new TaskListStore(database.jdbc(), database.dialect(), database.json()),
                reads,
                submissions,
                idempotency,
                changes,
                waiters,
                metrics,
                database.transactions(),
                database.clock());
        removal = new TaskRemoval(store, idempotency, log);
        flows = new FlowTasks(flowStore, holds, store, reads, submissions, service);
    }

    /** Those that do not bind administrators; else the defaults, but for these properties and their values. */
    static TaskLimits limits(String... properties) {
        Map<String, String> set = new HashMap<>(Map.of("claude-pool.task.unrestricted-roles", "admin"));
        for (int i = 0; i < properties.length; i += 2) {
            set.put("claude-pool.task." + properties[i], properties[i + 1]);
        }
        return new Binder(new MapConfigurationPropertySource(set)).bindOrCreate("claude-pool.task", TaskLimits.class);
    }

    static TaskProperties properties(int retries) {
        return new TaskProperties(Duration.ofMinutes(30), retries, DataSize.ofMegabytes(10));
    }

    /** What lets tasks expire that ended longer ago than {@code kept}. */
    public Expiring expiry(Duration kept) {
        return new TaskExpiry(store, removal, database.transactions(), new RetentionProperties(kept, Duration.ZERO));
    }

    /** All tasks of a chain or fan-out, oldest first. */
    public List<Task> ofFlow(UUID flow) {
        return flowStore.someOf(flow, Integer.MAX_VALUE).stream()
                .sorted(Comparator.comparing(UUID::toString))
                .map(id -> store.find(id).orElseThrow())
                .toList();
    }

    /** What lets flows expire that ended longer ago than {@code kept}. */
    public FlowExpiry flowExpiry(Duration kept) {
        return new FlowExpiry(
                flowStore, removal, database.transactions(), new RetentionProperties(kept, Duration.ZERO));
    }

    /** A spec in which one member is given, under its name in the API. */
    static TaskSpec spec(String member, Object value) {
        return spec(Map.of(member, value));
    }

    /** A spec with these members, under their names in the API. */
    static TaskSpec spec(Map<String, Object> members) {
        Map<String, Object> all = new HashMap<>(Map.of("prompt", "say hello"));
        all.putAll(members);
        return JSON.convertValue(all, TaskSpec.class);
    }

    /** A task in the queue. */
    public Task queued() {
        return queued(Map.of());
    }

    public Task queued(String member, Object value) {
        return queued(Map.of(member, value));
    }

    Task queued(Map<String, Object> members) {
        return service.submit(spec(members), null, CALLER);
    }

    /** A task that an attempt has just been begun for. */
    Task running() {
        return running(Map.of());
    }

    Task running(Map<String, Object> members) {
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

    /** Claims in the same way, if there is a task in the queue. */
    public Optional<Task> claimed() {
        return claim(Set.of(slot(SLOT)), (_, conversation) -> placement(SLOT, conversation));
    }

    Task claim(String slot) {
        return claim(Set.of(slot(slot)), (_, conversation) -> placement(slot, conversation))
                .orElseThrow();
    }

    public boolean nothingToClaim(String... slots) {
        return claim(Stream.of(slots).map(TestingTasks::slot).toList(), (_, c) -> placement(slots[0], c))
                .isEmpty();
    }

    /** Claims one task for one of these slots. */
    Optional<Task> claim(Collection<Candidate> idle, BiFunction<Task, RequestedSession, Placement> place) {
        AtomicBoolean placed = new AtomicBoolean();
        List<Claim> claims = queue.claim(new Placer() {
            @Override
            public Collection<Candidate> idle() {
                return placed.get() ? List.of() : idle;
            }

            @Override
            public Optional<Placement> place(Task task, RequestedSession conversation) {
                placed.set(true);
                return Optional.of(place.apply(task, conversation));
            }
        });
        return claims.stream().map(Claim::task).findFirst();
    }

    /** An idle slot without a role. */
    static Candidate slot(String id) {
        return new Candidate(id, null);
    }

    static Placement placement(String slot, RequestedSession conversation) {
        UUID session = switch (conversation) {
            case RequestedSession.Existing(UUID existing) -> existing;
            case RequestedSession.Interrupted(UUID existing) -> existing;
            case RequestedSession.Fresh _, RequestedSession.OfSlot _, RequestedSession.Gone _ -> UUID.randomUUID();
        };
        return new Placement(slot, session);
    }

    /** The task as it now is. */
    Task now(Task task) {
        return store.find(task.id()).orElseThrow();
    }

    public static Answer answer(String output) {
        return new Answer(output, false, null, 1, Duration.ofMillis(812), "claude-sonnet-4-5", JSON.createArrayNode());
    }

    /** What clients get of the answer of a task that succeeded. */
    static TaskResult resultOf(Task task) {
        return RunResult.of(task).result();
    }

    public static Failure failure(FailureCode code) {
        return new Failure(code, "It did not work", 1, "the end of stderr", null);
    }

    public static Spend spend(String usd) {
        return new Spend(Money.usd(usd), new Tokens(100, 20, 3, 4), false);
    }

    /** Takes everything on, and gives nothing out by itself. */
    private static class EveryTask implements Admission {
        @Override
        public void check(TaskSpec spec) {}

        @Override
        public boolean owns(UUID session) {
            return session.equals(SLOT_SESSION);
        }

        @Override
        public void queued() {}
    }
}

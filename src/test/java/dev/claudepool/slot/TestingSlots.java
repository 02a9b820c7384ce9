package dev.claudepool.slot;

import dev.claudepool.budget.TestingBudget;
import dev.claudepool.claude.FakeCli;
import dev.claudepool.claude.PermissionMode;
import dev.claudepool.context.SharedContext;
import dev.claudepool.context.TestingContext;
import dev.claudepool.event.EventLog;
import dev.claudepool.event.TestingEventLog;
import dev.claudepool.store.Signals;
import dev.claudepool.store.TestDatabase;
import dev.claudepool.store.TestingScheduler;
import dev.claudepool.task.TaskConfig;
import dev.claudepool.task.TaskLimits;
import dev.claudepool.task.TaskProperties;
import dev.claudepool.task.TestingSpecs;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.UUID;
import org.springframework.util.unit.DataSize;

/** One slot over a test database; its process starts only when the test lets it. */
public final class TestingSlots {

    /** The slot's own session. */
    public static final UUID SESSION = UUID.randomUUID();

    /** Holds all starts at first. */
    public final FakeCli cli = new FakeCli().holdStarts();

    public final Slots slots;

    /** Tells of every change of a slot's state. */
    public final Signals signals = new Signals();

    final SlotStore store;

    /** One slot, with a budget of its own. */
    TestingSlots(TestDatabase database, SlotProperties.Isolation isolation) {
        this(
                database,
                new TestingBudget(database, null),
                TestingEventLog.of(database),
                TestingSpecs.properties(0),
                TestingSpecs.limits(),
                new SimpleMeterRegistry(),
                isolation);
    }

    public TestingSlots(
            TestDatabase database,
            TestingBudget budget,
            EventLog log,
            TaskProperties tasks,
            TaskLimits limits,
            MeterRegistry meters) {
        this(database, budget, log, tasks, limits, meters, SlotProperties.Isolation.PROCESS);
    }

    private TestingSlots(
            TestDatabase database,
            TestingBudget budget,
            EventLog log,
            TaskProperties tasks,
            TaskLimits limits,
            MeterRegistry meters,
            SlotProperties.Isolation isolation) {
        SharedContext context = TestingContext.of(database);
        store = new SlotStore(database.jdbc(), database.json());
        SlotProperties properties = new SlotProperties(cli.workingDirectory().toString(), isolation);
        LaunchSpecs specs = new LaunchSpecs(properties, defaults(tasks), limits, context, database.json());
        SlotFactory factory = new SlotFactory(
                cli.launcher(),
                specs,
                new Recycling(properties, new RecycleProperties(3, Duration.ofHours(1), DataSize.ofGigabytes(1))),
                store,
                budget.reports,
                TestingScheduler.real(),
                database.monotonicClock(),
                database.clock());
        SpendOutsideTurns spend = new SpendOutsideTurns(
                budget.reservations, log, database.transactions(), TestingScheduler.real(), meters);
        slots = new Slots(factory, store, specs, spend, context, database.transactions());
        database.transactions().writing(() -> store.saveSession("slot-0", SESSION));
        slots.listen((_, _) -> signals.tell());
        slots.scaleTo(1);
        database.endBefore(this::stop);
    }

    private void stop() {
        cli.close();
        try {
            slots.stop();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits until so many slots are idle. */
    public void awaitIdle(int count) throws InterruptedException {
        signals.await(count + " slots are idle", () -> slots.idle().size() == count);
    }

    /** Waits until a slot is in this state. */
    public void awaitState(String slotId, SlotState.Name state) throws InterruptedException {
        signals.await(
                slotId + " is " + state,
                () -> slots.all().stream()
                        .anyMatch(
                                slot -> slot.id().equals(slotId) && slot.state().name() == state));
    }

    /** Gives a slot a role; it may have to start another process for that. */
    public void giveRole(String slotId, String role) {
        slots.get(slotId).configure(new SlotSettings(null, role, null, TaskConfig.EMPTY));
    }

    /** Whether something was said in the slot's own session, as far as the store knows. */
    public boolean hasBegun(String slotId) {
        return store.sessionOf(slotId).filter(SlotSession::begun).isPresent();
    }

    static TaskDefaults defaults(TaskProperties tasks) {
        return new TaskDefaults(
                new ModelDefaults(null, null, null, null, null, null),
                new ToolDefaults(PermissionMode.PLAN, null, null, null),
                tasks);
    }
}

package dev.claudepool.slot;

import dev.claudepool.budget.Budget;
import dev.claudepool.claude.ClaudeLauncher;
import dev.claudepool.claude.PermissionMode;
import dev.claudepool.claude.StubCli;
import dev.claudepool.context.SharedContext;
import dev.claudepool.context.TestingContext;
import dev.claudepool.event.EventLog;
import dev.claudepool.store.TestDatabase;
import dev.claudepool.task.TaskLimits;
import dev.claudepool.task.TaskProperties;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import org.springframework.util.unit.DataSize;

/** One slot over a test database; its process never starts, since its working directory does not exist. */
public final class TestingSlots {

    /** The slot's own session. */
    public static final UUID SESSION = UUID.randomUUID();

    private static final ClaudeLauncher LAUNCHER = StubCli.launcher(dataDirectory());
    private static final SlotProperties PROPERTIES = propertiesOfMissingDirectory();

    public final Slots slots;

    public TestingSlots(
            TestDatabase database,
            Budget budget,
            EventLog log,
            TaskProperties tasks,
            TaskLimits limits,
            MeterRegistry meters) {
        SharedContext context = TestingContext.of(database);
        SlotStore store = new SlotStore(database.jdbc(), database.json());
        LaunchSpecs specs = new LaunchSpecs(PROPERTIES, defaults(), tasks, limits, context, database.json());
        SlotFactory factory = new SlotFactory(
                LAUNCHER,
                specs,
                new Recycling(PROPERTIES, new RecycleProperties(1, Duration.ofHours(1), DataSize.ofGigabytes(1))),
                store,
                budget,
                database.monotonicClock(),
                database.clock());
        SpendOutsideTurns spend = new SpendOutsideTurns(budget, log, database.transactions(), meters);
        slots = new Slots(factory, store, specs, spend, context, database.transactions());
        database.transactions().writing(() -> store.saveSession("slot-0", SESSION));
        slots.scaleTo(1);
        database.endBefore(this::stop);
    }

    private void stop() {
        try {
            slots.stop();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static TaskDefaultsProperties defaults() {
        return new TaskDefaultsProperties(null, null, PermissionMode.PLAN, null, null, null, null, null, null, null);
    }

    private static Path dataDirectory() {
        try {
            return Files.createTempDirectory("slots");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static SlotProperties propertiesOfMissingDirectory() {
        try {
            Path directory = Files.createTempDirectory("slots");
            SlotProperties properties = new SlotProperties(directory.toString(), SlotProperties.Isolation.PROCESS);
            Files.delete(directory);
            return properties;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

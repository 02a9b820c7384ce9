package dev.claudepool.flow;

import dev.claudepool.store.RetentionProperties;
import dev.claudepool.store.Scheduler;
import dev.claudepool.store.TestDatabase;
import dev.claudepool.store.TestingScheduler;
import dev.claudepool.submit.TestingTasks;
import dev.claudepool.task.Task;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;

/** The parts of this package, put together over a test database as the application does it. */
public final class TestingFlows {

    public final TestingTasks tasks;
    public final FlowTasks flows;
    public final FlowDeadlines deadlines;
    private final FlowTaskStore store;
    private final TestDatabase database;

    public TestingFlows(TestDatabase database) {
        this(database, TestingScheduler.real());
    }

    /** @param scheduler runs what is done after a deadline */
    public TestingFlows(TestDatabase database, Scheduler scheduler) {
        this.database = database;
        tasks = new TestingTasks(database);
        deadlines = new FlowDeadlines(scheduler, database.monotonicClock());
        store = new FlowTaskStore(database.jdbc());
        flows = new FlowTasks(store, tasks.queue.holds, tasks.store, tasks.reads, tasks.submissions, tasks.service);
    }

    /** All tasks of a chain or fan-out, oldest first. */
    public List<Task> ofFlow(UUID flow) {
        return store.someOf(flow, Integer.MAX_VALUE).stream()
                .sorted(Comparator.comparing(UUID::toString))
                .map(id -> tasks.store.find(id).orElseThrow())
                .toList();
    }

    /** What lets flows expire that ended longer ago than {@code kept}. */
    public FlowRemoval removal(Duration kept) {
        return new FlowRemoval(
                store, tasks.removal, database.transactions(), new RetentionProperties(kept, Duration.ZERO));
    }
}

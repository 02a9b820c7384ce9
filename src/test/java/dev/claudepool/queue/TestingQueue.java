package dev.claudepool.queue;

import dev.claudepool.budget.TestingBudget;
import dev.claudepool.store.TestDatabase;
import dev.claudepool.store.TestingSizes;
import dev.claudepool.task.TaskOutlineStore;
import dev.claudepool.task.TaskProperties;
import dev.claudepool.task.TestingTaskStore;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import org.springframework.util.unit.DataSize;

/** The parts of this package, put together over a test database as the application does it. */
public final class TestingQueue {

    /** What one step of priority weighs. */
    public static final Duration STEP = Duration.ofMinutes(1);

    public final AttemptStore attempts;
    public final HoldStore holds;
    public final QueuePause pause;
    public final QueueSurvey survey;
    public final TaskClaims claims;
    public final TaskSettlement settlement;
    public final QueueClearing clearing;
    public final TaskStatistics statistics;
    public final QueueCapacity capacity;
    public final TaskQueue queue;
    public final TaskRecovery recovery;

    public TestingQueue(
            TestDatabase database,
            TestingTaskStore tasks,
            TestingBudget budget,
            TaskProperties properties,
            QueueProperties queueProperties,
            MeterRegistry meters) {
        QueueStore store = new QueueStore(database.jdbc(), tasks.store, database.json());
        TaskMetrics metrics = new TaskMetrics(meters, tasks.store, tasks.changes, database.transactions());
        attempts = new AttemptStore(database.jdbc());
        AttemptRecords records = new AttemptRecords(attempts, tasks.log);
        holds = new HoldStore(database.jdbc());
        pause = new QueuePause(
                new PauseStore(database.jdbc()), database.transactions(), database.monotonicClock(), database.clock());
        survey = new QueueSurvey(store, new TaskOutlineStore(database.jdbc(), database.dialect(), database.json()));
        claims = new TaskClaims(
                store,
                tasks.store,
                records,
                holds,
                pause,
                budget.reservations,
                tasks.changes,
                database.monotonicClock(),
                database.clock());
        settlement = new TaskSettlement(
                budget.reservations,
                records,
                holds,
                tasks.changes,
                metrics,
                properties,
                database.transactions(),
                database.monotonicClock(),
                database.clock());
        clearing = new QueueClearing(store, budget.budget, tasks.changes, database.transactions(), database.clock());
        statistics = new TaskStatistics(tasks.store, budget.reports, database.transactions());
        capacity = new QueueCapacity(tasks.store, TestingSizes.of(database, meters), queueProperties);
        queue = new TaskQueue(
                tasks.changes, queueProperties, database.ids(), database.monotonicClock(), database.clock());
        recovery = new TaskRecovery(
                settlement,
                tasks.store,
                records,
                tasks.changes,
                budget.reservations,
                new QueueOrder(store, queueProperties, database.monotonicClock()),
                database.transactions(),
                database.clock());
    }

    /** A queue of this many tasks. */
    public static QueueProperties capacity(int tasks) {
        return new QueueProperties(tasks, DataSize.ofMegabytes(256), STEP);
    }

    /** A queue in which the tasks may have this many bytes. */
    public static QueueProperties maxBytes(DataSize bytes) {
        return new QueueProperties(10_000, bytes, STEP);
    }
}

package dev.claudepool.queue;

import dev.claudepool.store.SqliteTestDatabase;
import dev.claudepool.store.Transactions;
import dev.claudepool.submit.TestingTasks;
import dev.claudepool.task.Origin;
import dev.claudepool.task.Task;
import dev.claudepool.task.TaskSpec;
import dev.claudepool.task.TestingSpecs;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/** A queue with many tasks in a database on the disk, of which the benchmark takes some. */
public final class LongQueue implements AutoCloseable {

    private static final int AT_ONCE = 1_000;
    private static final int PRIORITIES = 10;

    private final SqliteTestDatabase database = new SqliteTestDatabase();
    private final Transactions transactions = database.transactions();
    private final TestingTasks tasks = new TestingTasks(database);

    public LongQueue(int length) {
        for (int first = 0; first < length; first += AT_ONCE) {
            int begin = first;
            transactions.writing(() -> {
                for (int i = begin; i < Math.min(length, begin + AT_ONCE); i++) {
                    insert(i);
                }
            });
        }
    }

    private void insert(int i) {
        TaskSpec spec =
                database.json().convertValue(Map.of("prompt", "task " + i, "priority", i % PRIORITIES), TaskSpec.class);
        Instant now = database.clock().instant();
        tasks.store.insert(
                Task.accepted(database.ids().next(), spec, now, null, null, Origin.CLIENT, TestingSpecs.queued(now)),
                now,
                TestingQueue.STEP);
    }

    /** Claims the next task, money and events included. */
    public Taken claim() {
        long start = System.nanoTime();
        long work = transactions.write(() -> {
            long begin = System.nanoTime();
            var _ = tasks.claim();
            return System.nanoTime() - begin;
        });
        return new Taken(Duration.ofNanos(work), Duration.ofNanos(System.nanoTime() - start));
    }

    @Override
    public void close() {
        database.close();
    }

    /**
     * How long a claim took.
     *
     * @param work until all was done but the commit
     * @param total until it was on the disk
     */
    public record Taken(Duration work, Duration total) {}
}

package dev.claudepool.queue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.claudepool.budget.Money;
import dev.claudepool.claude.FailureCode;
import dev.claudepool.store.SqliteTestDatabase;
import dev.claudepool.submit.TestingTasks;
import dev.claudepool.task.Task;
import dev.claudepool.task.TaskState;
import dev.claudepool.task.TestingSpecs;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.LoggerFactory;

/**
 * The queue and the books without slots, in a process that is there to be killed: threads submit, claim, spend and
 * settle as fast as they can, and after every settlement tell what is spent.
 */
final class LedgerLoad {

    private static final int SUBMITTERS = 2;
    private static final int CLAIMERS = 6;
    private static final int LONGEST_QUEUE = 50;
    /** After so long the claimers will want more. */
    private static final Duration ENOUGH = Duration.ofMillis(1);

    private final SqliteTestDatabase database;
    private final TestingTasks tasks;

    private LedgerLoad(Path directory) {
        database = new SqliteTestDatabase(directory);
        tasks = new TestingTasks(database);
    }

    /** The directory of a database to warm up with; the other, and a seed, come in a line each when it is to begin. */
    public static void main(String[] arguments) throws Exception {
        ((Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME)).setLevel(Level.WARN);
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        LedgerLoad rehearsal = new LedgerLoad(Path.of(arguments[0]));
        rehearsal.submit(new Random(1));
        rehearsal.attempt(0, new Random(1));
        rehearsal.database.close();
        System.out.println("warm");
        String directory = in.readLine();
        if (directory != null) {
            new LedgerLoad(Path.of(directory)).run(new Random(Long.parseLong(in.readLine())));
        }
    }

    private void run(Random random) {
        tick();
        tasks.queue.recovery.recover();
        System.out.println("ready");
        for (int i = 0; i < SUBMITTERS; i++) {
            Random own = new Random(random.nextLong());
            forever(() -> submit(own));
        }
        for (int i = 0; i < CLAIMERS; i++) {
            int slot = i;
            Random own = new Random(random.nextLong());
            forever(() -> attempt(slot, own));
        }
    }

    private static void forever(Runnable work) {
        Thread.ofPlatform().start(() -> {
            while (true) {
                work.run();
            }
        });
    }

    private synchronized void tick() {
        database.clock().set(Instant.now());
    }

    private void submit(Random random) {
        tick();
        if (tasks.store.count(TaskState.Name.QUEUED) > LONGEST_QUEUE) {
            LockSupport.parkNanos(ENOUGH.toNanos());
            return;
        }
        Task task = tasks.queued(Map.of(
                "prompt",
                "p",
                "maxBudgetUsd",
                1 + random.nextInt(5),
                "retries",
                random.nextInt(3),
                "tags",
                List.of("tag-" + random.nextInt(3))));
        if (random.nextInt(5) == 0) {
            var _ = tasks.service.cancel(task.id());
        }
    }

    private void attempt(int slot, Random random) {
        tick();
        String id = "slot-" + slot;
        tasks.claim(Set.of(TestingTasks.slot(id))).ifPresent(task -> end(task, random));
    }

    private void end(Task task, Random random) {
        String cost = "0." + random.nextInt(1_000_000);
        for (int i = random.nextInt(3); i > 0; i--) {
            tasks.queue.settlement.running(task, TestingSpecs.spend(cost));
        }
        switch (random.nextInt(6)) {
            case 0 ->
                tasks.queue.settlement.failed(
                        task, TestingSpecs.failure(FailureCode.CLI_EXITED), TestingSpecs.spend(cost));
            case 1 -> tasks.queue.settlement.cancelled(task, TestingSpecs.spend(cost));
            case 2 ->
                tasks.queue.settlement.deferred(
                        task, TestingSpecs.failure(FailureCode.RATE_LIMITED), soon(), TestingSpecs.spend(cost));
            case 3 -> tasks.queue.settlement.interrupted(task, TestingSpecs.spend(cost));
            default -> tasks.queue.settlement.succeeded(task, TestingSpecs.answer("done"), TestingSpecs.spend(cost));
        }
        Money total = tasks.budget.budget.total();
        System.out.println("spent " + total.nanos());
    }

    private Instant soon() {
        return database.clock().instant().plus(Duration.ofMillis(5));
    }
}

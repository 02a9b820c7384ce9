package dev.claudepool.submit;

import static dev.claudepool.task.TaskAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.claudepool.claude.FailureCode;
import dev.claudepool.store.SqliteTestDatabase;
import dev.claudepool.store.TestDatabase;
import dev.claudepool.task.Task;
import dev.claudepool.task.TestingSpecs;
import dev.claudepool.web.ClientWait;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Waits that must end are given a day, so that a missed wake-up is a timeout of the test. */
@Timeout(60)
class CompletionWaitersTest {

    private static final Duration DAY = Duration.ofDays(1);
    private static final ClientWait PATIENT = ClientWait.uncounted(DAY);

    @AutoClose
    private final TestDatabase database = new SqliteTestDatabase();

    @AutoClose
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    private final TestingTasks tasks = new TestingTasks(database);

    @Test
    void nobodyWaitsForWhatHasEnded() throws Exception {
        Task task = tasks.queued();
        tasks.service.cancel(task.id());

        assertThat(tasks.service.await(task.id(), PATIENT)).isCancelled();
    }

    @Test
    void aWaitEndsInTimeThoughTheTaskGoesOn() throws Exception {
        Task task = tasks.queued();

        assertThat(tasks.service.await(task.id(), ClientWait.uncounted(Duration.ZERO)))
                .isQueued();
        assertThat(tasks.service.await(task.id(), ClientWait.uncounted(Duration.ofMillis(-5))))
                .isQueued();
        assertThat(tasks.service.await(task.id(), ClientWait.uncounted(Duration.ofMillis(5))))
                .isQueued();
    }

    @Test
    void aWaitForLongerThanTimeItselfIsAWait() throws Exception {
        Future<Task> waiter = waiting(tasks.queued(), Duration.ofSeconds(Long.MAX_VALUE));

        Task running = tasks.claim();
        tasks.queue.settlement.succeeded(running, TestingSpecs.answer("hi"), TestingSpecs.spend("0"));

        assertThat(waiter.get()).hasSucceededWith("hi");
    }

    @Test
    void allWaitersAreWokenByTheEndAndByNothingElse() throws Exception {
        Task task = tasks.queued("retries", 1);
        List<Future<Task>> waiters = List.of(waiting(task, DAY), waiting(task, DAY), waiting(task, DAY));

        Task attempt = tasks.claim();
        tasks.queue.settlement.failed(attempt, TestingSpecs.failure(FailureCode.CLI_EXITED), TestingSpecs.spend("0"));
        database.clock().advance(Duration.ofMinutes(1));
        attempt = tasks.claim();
        assertThat(waiters).noneMatch(Future::isDone);
        tasks.queue.settlement.succeeded(attempt, TestingSpecs.answer("hi"), TestingSpecs.spend("0"));

        for (Future<Task> waiter : waiters) {
            assertThat(waiter.get()).hasSucceededWith("hi");
        }
    }

    @Test
    void oneWhoGivesUpLeavesTheOthersWaiting() throws Exception {
        Task task = tasks.queued();
        Future<Task> patient = waiting(task, DAY);

        assertThat(tasks.service.await(task.id(), ClientWait.uncounted(Duration.ofMillis(1))))
                .isQueued();
        tasks.service.cancel(task.id());

        assertThat(patient.get()).isCancelled();
    }

    @Test
    void allWaitsEndWhenTheServiceStops() throws Exception {
        Future<Task> waiter = waiting(tasks.queued(), DAY);

        tasks.waiters.stop();

        assertThat(waiter.get()).isQueued();
        assertThat(tasks.service.await(tasks.queued().id(), PATIENT)).isQueued();
    }

    @Test
    void whoWaitsDoesSomethingMeanwhileUntilTheEnd() throws Exception {
        Task task = tasks.queued();
        AtomicInteger times = new AtomicInteger();

        tasks.waiters.await(task.id(), PATIENT, () -> false, Duration.ofMillis(1), () -> {
            if (times.incrementAndGet() == 3) {
                tasks.service.cancel(task.id());
            }
        });

        assertThat(times).hasValue(3);
    }

    @Test
    void whoWaitsForNothingDoesNothingMeanwhile() throws Exception {
        AtomicInteger times = new AtomicInteger();
        Task task = tasks.queued();

        tasks.waiters.await(task.id(), PATIENT, () -> true, Duration.ofNanos(1), times::incrementAndGet);
        tasks.waiters.await(
                task.id(),
                ClientWait.uncounted(Duration.ZERO),
                () -> false,
                Duration.ofNanos(1),
                times::incrementAndGet);
        tasks.waiters.await(
                task.id(),
                ClientWait.uncounted(Duration.ofMillis(2)),
                () -> false,
                Duration.ofMillis(2),
                times::incrementAndGet);

        assertThat(times).hasValue(0);
    }

    @Test
    void aWaitEndsWhenItsClientIsGone() throws Exception {
        Task task = tasks.queued();
        AtomicInteger times = new AtomicInteger();
        ClientWait leaving = ClientWait.uncounted(DAY, () -> times.get() == 3);

        tasks.waiters.await(task.id(), leaving, () -> false, Duration.ofMillis(1), times::incrementAndGet);

        assertThat(times).hasValue(3);
        assertThat(tasks.service.await(task.id(), ClientWait.uncounted(DAY, () -> true)))
                .isQueued();
    }

    /** The waits begin at random moments around the end. */
    @Test
    void noEndIsMissed() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            Task task = tasks.queued();
            List<Future<Task>> waiters = new ArrayList<>();
            for (int waiter = 0; waiter < 4; waiter++) {
                int delay = random.nextInt(5_000_000);
                waiters.add(threads.submit(() -> {
                    LockSupport.parkNanos(delay);
                    return tasks.service.await(task.id(), PATIENT);
                }));
            }
            tasks.service.cancel(task.id());
            for (Future<Task> waiter : waiters) {
                assertThat(waiter.get(20, TimeUnit.SECONDS))
                        .as("seed %d, round %d", seed, round)
                        .isCancelled();
            }
        }
    }

    @Test
    void aWaitForSomeEndsWithTheLastThatIsNeeded() throws Exception {
        List<UUID> ids = Stream.generate(() -> tasks.queued().id()).limit(3).toList();
        tasks.service.cancel(ids.getFirst());
        CountDownLatch begun = new CountDownLatch(1);
        Future<?> waiter = threads.submit(() -> {
            tasks.waiters.await(ids, 2, PATIENT, () -> {
                begun.countDown();
                return ended(ids);
            });
            return null;
        });
        begun.await();
        assertThat(waiter).isNotDone();

        tasks.service.cancel(ids.getLast());

        waiter.get();
        assertThat(ended(ids)).hasSize(2);
    }

    /** The ends come at random moments around the beginning of the wait. */
    @Test
    void noEndOfSomeIsMissedAndNoneCountsTwice() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 1000; round++) {
            List<UUID> ids = Stream.generate(() -> tasks.queued().id()).limit(3).toList();
            int count = 1 + random.nextInt(3);
            int delay = random.nextInt(1_000_000);
            Future<Long> waiter = threads.submit(() -> {
                LockSupport.parkNanos(delay);
                tasks.waiters.await(ids, count, PATIENT, () -> ended(ids));
                return (long) ended(ids).size();
            });
            ids.subList(0, count).forEach(tasks.service::cancel);

            assertThat(waiter.get(20, TimeUnit.SECONDS))
                    .as("seed %d, round %d", seed, round)
                    .isEqualTo(count);
            ids.forEach(tasks.service::cancel);
        }
    }

    private List<UUID> ended(List<UUID> ids) {
        return tasks.service.awaited(ids).stream()
                .filter(Awaitable.Item::ended)
                .map(Awaitable.Item::id)
                .toList();
    }

    private Future<Task> waiting(Task task, Duration atMost) {
        return threads.submit(() -> tasks.service.await(task.id(), ClientWait.uncounted(atMost)));
    }
}

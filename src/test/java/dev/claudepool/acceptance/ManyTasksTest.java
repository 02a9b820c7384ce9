package dev.claudepool.acceptance;

import static dev.claudepool.acceptance.ItemAssert.assertThatTask;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.claudepool.demo.Exchange;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Many tasks at once on a few slots, with the real CLI. */
class ManyTasksTest {

    private static final int SLOTS = 4;
    private static final int TASKS = 40;

    /** Between two counts: a process lives for half a second at least, and the machine has tasks to run. */
    private static final Duration SAMPLING = Duration.ofMillis(20);

    @TempDir
    Path directory;

    @Test
    void fortyTasksOnFourSlotsAllSucceedAndNeverSeeEachOther() throws Exception {
        Set<String> sessions = new HashSet<>();
        AtomicInteger mostProcesses = new AtomicInteger();
        try (TestingPool pool = TestingPool.real(directory, "claude-pool.slots=" + SLOTS)) {
            AtomicBoolean done = new AtomicBoolean();
            Thread counter = Thread.ofPlatform().start(() -> {
                while (!done.get()) {
                    mostProcesses.accumulateAndGet(
                            Processes.withEnvironment(directory.toString()).size(), Math::max);
                    LockSupport.parkNanos(SAMPLING.toNanos());
                }
            });

            List<String> ids = IntStream.range(0, TASKS)
                    .mapToObj(i -> pool.client().submit("I am marker-%03d. [[echo:answer-%03d]]".formatted(i, i)))
                    .toList();
            for (int i = 0; i < TASKS; i++) {
                JsonNode task = pool.client().awaitEnd(ids.get(i), Duration.ofMinutes(2));
                assertThatTask(task).hasSucceeded();
                assertThatTask(task).hasOutput("answer-%03d".formatted(i)).hasAttempts(1);
                sessions.add(task.at("/sessionId").asString());
            }
            done.set(true);
            counter.join();

            for (Exchange exchange : pool.api().exchanges()) {
                String everything = exchange.systemPrompt() + exchange.userTexts();
                assertThat(everything.split("marker-", -1))
                        .as("exchange " + exchange.number())
                        .hasSize(2);
            }
            assertThat(pool.api().exchanges()).hasSize(TASKS);
            assertThat(pool.client().get("/pool").json().at("/spentUsd").decimalValue())
                    .isEqualByComparingTo(pool.api().meter().usd().toUsd());
        }
        assertThat(sessions).hasSize(TASKS);
        assertThat(mostProcesses.get()).isBetween(SLOTS, 2 * SLOTS);
        await("no process is left")
                .atMost(Duration.ofSeconds(20))
                .until(() -> Processes.withEnvironment(directory.toString()).isEmpty());
    }
}

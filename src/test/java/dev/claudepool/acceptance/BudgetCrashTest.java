package dev.claudepool.acceptance;

import static dev.claudepool.acceptance.RequestBody.task;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.claudepool.claude.StubCli;
import dev.claudepool.demo.MessagesApi;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * {@code kill -9} of the service at random moments while it is busy, with the stub: whatever was under way, the books
 * stay right. The moments follow from a seed, which is printed; {@code -Dkill.seed} repeats them,
 * {@code -Dkill.moments} says how many.
 */
class BudgetCrashTest {

    private static final int MOMENTS = Integer.getInteger("kill.moments", 10);
    private static final long SEED = Long.getLong("kill.seed", System.nanoTime());
    private static final int CLIENTS = 6;
    private static final int LATEST_MS = 1500;
    private static final int MOMENTS_BETWEEN_AUDITS = 5;
    private static final Duration LONGEST = Duration.ofMinutes(1);
    private static final List<String> PROMPTS = List.of(
            "hello",
            "STUB:sleep 20",
            "STUB:sleep 200",
            "STUB:tool",
            "STUB:exit 1",
            "STUB:die-mid-line",
            "STUB:sleep 5000");

    @TempDir
    Path directory;

    @Test
    void theBooksSurviveEveryMoment() throws Exception {
        System.out.println("-Dkill.seed=" + SEED);
        Random random = new Random(SEED);
        BigDecimal spent = BigDecimal.ZERO;
        try (MessagesApi api = MessagesApi.start()) {
            ServiceProcess service = start(api);
            try {
                for (int moment = 1; moment <= MOMENTS; moment++) {
                    BigDecimal seen = killUnderLoad(service, random);
                    service = start(api);
                    assertThat(spent(service)).as("moment " + moment).isGreaterThanOrEqualTo(seen.max(spent));
                    settle(service, moment);
                    spent = spent(service);
                    if (moment % MOMENTS_BETWEEN_AUDITS == 0 || moment == MOMENTS) {
                        audit(service, spent);
                    }
                }
                System.out.println("Killed " + MOMENTS + " times; " + spent + " USD are in the books");
            } finally {
                service.close();
            }
        }
    }

    /** Kills it at a random moment of its work; returns what was last seen to be spent. */
    private BigDecimal killUnderLoad(ServiceProcess service, Random random) throws Exception {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(random.nextInt(LATEST_MS));
        BigDecimal seen = BigDecimal.ZERO;
        List<Future<?>> clients = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int client = 0; client < CLIENTS; client++) {
                Random own = new Random(random.nextLong());
                clients.add(threads.submit(() -> work(service.client(), own)));
            }
            for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
                seen = spent(service);
                LockSupport.parkNanos(Math.min(left, TimeUnit.MILLISECONDS.toNanos(50)));
            }
            service.kill();
        }
        for (Future<?> client : clients) {
            client.get();
        }
        return seen;
    }

    /** Submits tasks, and cancels the long ones, until the service is gone. */
    private static void work(PoolClient client, Random random) {
        try {
            while (true) {
                String prompt = PROMPTS.get(random.nextInt(PROMPTS.size()));
                if (prompt.endsWith("5000")) {
                    String id = client.submit(prompt);
                    client.post("/tasks/" + id + "/cancel", Map.of());
                } else {
                    client.post(
                            "/run?wait=PT5M",
                            task(prompt).with("retries", random.nextInt(2)).with("tags", List.of("load")));
                }
            }
        } catch (UncheckedIOException e) {
            // killed
        }
    }

    /** Nothing stays reserved for attempts that the kill has cut. */
    private static void settle(ServiceProcess service, int moment) {
        await("all tasks have ended after moment " + moment).atMost(LONGEST).until(() -> {
            JsonNode status = service.client().get("/pool").json();
            return status.at("/queuedTasks").asInt() + status.at("/activeTasks").asInt() == 0;
        });
        assertThat(Books.usd(Books.exact(service.client(), "/budget"), "/reservedUsd"))
                .as("reserved after moment " + moment)
                .isZero();
    }

    private static void audit(ServiceProcess service, BigDecimal spent) {
        Books books = Books.of(service.client());
        books.verify();
        assertThat(books.spent()).isEqualByComparingTo(spent);
        assertThat(books.reserved()).isZero();
        BigDecimal ofTasks = BigDecimal.ZERO;
        String cursor = "";
        do {
            JsonNode page = Books.exact(service.client(), "/tasks?limit=200&cursor=" + cursor);
            for (JsonNode task : page.at("/items")) {
                ofTasks = ofTasks.add(Books.usd(task, "/spentUsd"));
            }
            cursor = page.at("/next").asString("");
        } while (!cursor.isEmpty());
        assertThat(ofTasks).isEqualByComparingTo(spent);
    }

    private static BigDecimal spent(ServiceProcess service) {
        return Books.usd(Books.exact(service.client(), "/budget"), "/spentUsd");
    }

    private ServiceProcess start(MessagesApi api) throws Exception {
        return ServiceProcess.start(
                directory,
                TestingPool.properties(
                        directory,
                        StubCli.program(),
                        api,
                        "claude-pool.slots=4",
                        "claude-pool.isolation=conversation",
                        "claude-pool.budget.cap-usd=1000",
                        "claude-pool.budget.task-usd=1"));
    }
}

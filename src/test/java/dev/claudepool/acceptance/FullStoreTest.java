package dev.claudepool.acceptance;

import static dev.claudepool.acceptance.ItemAssert.assertThatTask;
import static dev.claudepool.acceptance.RequestBody.step;
import static dev.claudepool.acceptance.RequestBody.task;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What waits and what is stored is limited in bytes, not only in rows. */
class FullStoreTest {

    private static final Duration LONGEST = Duration.ofMinutes(1);
    private static final String LONG_PROMPT = "x".repeat(40_000);
    private static final RequestBody LONG = task(LONG_PROMPT);

    @TempDir
    private Path directory;

    @Test
    void theQueueHoldsNoMoreBytesThanItMay() throws Exception {
        try (TestingPool pool =
                TestingPool.stubbed(directory, "claude-pool.slots=1", "claude-pool.queue.max-bytes=100KB")) {
            PoolClient client = pool.client();
            client.post("/pool/pause", Map.of());
            String first = client.submit(LONG);
            Map<String, ?> chain = Map.of("steps", List.of(step("a", LONG_PROMPT)));

            assertFull(client.post("/fan-outs", Map.of("tasks", List.of(LONG, LONG))), "bytes");
            assertFull(client.post("/chains", chain), "bytes"); // it waits as a chain and as its first task
            String second = client.submit(LONG);
            assertFull(client.post("/tasks", LONG), "bytes");

            assertThat(client.get("/pool").json().at("/queuedTasks").asInt()).isEqualTo(2);
            assertThat(client.get("/fan-outs").json().at("/items")).isEmpty();
            assertThat(client.get("/chains").json().at("/items")).isEmpty();
            client.post("/tasks/" + first + "/cancel", Map.of());
            client.post("/tasks/" + second + "/cancel", Map.of());
            assertThat(client.post("/chains", chain).status()).isEqualTo(202);
        }
    }

    @Test
    void aFullDatabaseTakesNoTasksUntilOthersHaveExpired() throws Exception {
        String[] properties = {
            "claude-pool.slots=1", "claude-pool.store.max-bytes=1MB", "claude-pool.retention.tasks=1ms"
        };
        try (TestingPool pool = TestingPool.stubbed(directory, properties)) {
            PoolClient client = pool.client();
            String running = client.submit("STUB:until full");
            client.awaitState(running, "RUNNING", LONGEST);
            PoolClient.Answer last = client.post("/tasks", LONG);
            for (int i = 0; i < 50 && last.status() == 202; i++) {
                last = client.post("/tasks", LONG);
            }

            assertFull(last, "database");
            assertFull(client.post("/chains", Map.of("steps", List.of(step("a", "x")))), "database");
            assertThat(client.get("//actuator/prometheus").text()).contains("claude_pool_store_bytes");
            pool.let("full");
            assertThatTask(client.awaitEnd(running, LONGEST)).hasSucceeded();
            client.post("/pool/drain", Map.of());
        }
        try (TestingPool pool = TestingPool.stubbed(directory, properties)) {
            await("what has expired is cleared away at the start")
                    .atMost(LONGEST)
                    .until(() -> pool.client().post("/tasks", LONG).status() == 202);
        }
    }

    private static void assertFull(PoolClient.Answer answer, String detail) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(429);
        assertThat(answer.code()).isEqualTo("queue-full");
        assertThat(answer.json().at("/detail").asString()).contains(detail);
        assertThat(answer.response().headers().firstValue("Retry-After")).isPresent();
    }
}

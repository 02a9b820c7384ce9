package dev.claudepool.acceptance;

import static dev.claudepool.acceptance.ItemAssert.assertThatFanOut;
import static dev.claudepool.acceptance.ItemAssert.assertThatTask;
import static dev.claudepool.acceptance.RequestBody.step;
import static dev.claudepool.acceptance.RequestBody.task;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.claudepool.acceptance.PoolClient.Answer;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The ways in which a pool comes to its end, with the stub. */
class DrainTest {

    private static final Duration LONGEST = Duration.ofMinutes(2);
    private static final int SLOTS = 3;
    private static final int QUEUED = 20;

    @TempDir
    Path directory;

    @AutoClose
    private TestingPool pool;

    private PoolClient client;

    @BeforeEach
    void start() throws Exception {
        pool = TestingPool.stubbed(directory, "claude-pool.slots=" + SLOTS);
        client = pool.client();
    }

    @Test
    void runningTasksFinishQueuedOnesAreCancelledAndTheSummaryCountsThem() throws Exception {
        List<String> running = running("STUB:until go");
        List<String> queued = queued();

        CompletableFuture<Answer> drain = CompletableFuture.supplyAsync(() -> drain(""));
        queued.forEach(id -> client.awaitState(id, "CANCELLED", LONGEST));
        assertThat(drain).isNotDone();
        pool.let("go");
        Answer drained = drain.join();

        assertThat(drained.status()).as(drained.text()).isEqualTo(200);
        JsonNode summary = drained.json();
        assertThat(summary.at("/totalTasks").asInt()).isEqualTo(SLOTS + QUEUED);
        assertThat(summary.at("/cancelledTasks").asInt()).isEqualTo(QUEUED);
        assertThat(summary.at("/errorCount").asInt()).isZero();
        assertThat(summary.at("/spentUsd").decimalValue()).isEqualByComparingTo(new BigDecimal("0.0024"));
        assertThat(summary.at("/durationMs").asLong()).isBetween(1L, LONGEST.toMillis());
        assertThat(Processes.withEnvironment(directory.toString())).isEmpty();
        assertThat(running).allSatisfy(id -> assertEnded(id, "SUCCEEDED", 1));
        assertThat(queued).allSatisfy(id -> assertEnded(id, "CANCELLED", 0));
        assertThat(drain("").json()).isEqualTo(summary);
        assertThat(drain("?queued=keep").json()).isEqualTo(summary);
    }

    @Test
    void chainsThatAFanOutHoldsBackAreCancelledToo() {
        client.post("/pool/pause", Map.of());
        Map<String, ?> chain = Map.of("steps", List.of(step("only", "never")));
        String id = client.post("/fan-outs", Map.of("maxConcurrency", 1, "chains", List.of(chain, chain, chain)))
                .json()
                .at("/id")
                .asString();

        drain("");

        JsonNode fanOut = client.get("/fan-outs/" + id).json();
        assertThatFanOut(fanOut).isCancelled();
        assertThat(fanOut.at("/counts/cancelled").asInt()).isEqualTo(3);
    }

    @Test
    void drainedPoolTakesNothingAndCannotBeRevived() {
        drain("");

        JsonNode status = client.get("/pool").json();
        assertThatTask(status).hasState("STOPPED");
        assertThat(status.at("/slots")
                        .valueStream()
                        .map(slot -> slot.at("/state").asString()))
                .hasSize(SLOTS)
                .containsOnly("STOPPED");
        Answer late = client.post("/tasks", task("late"));
        assertThat(late.status()).isEqualTo(503);
        assertThat(late.code()).isEqualTo("no-slots-available");
        assertThat(late.response().headers().firstValue("Retry-After")).isPresent();
        assertThat(client.get("/tasks").json().at("/items")).isEmpty();
        for (String path : List.of("/pool/pause", "/pool/resume", "/pool/scale")) {
            Answer answer = client.post(path, path.endsWith("scale") ? Map.of("slots", 1) : Map.of());
            assertThat(answer.status()).as(path).isEqualTo(409);
            assertThat(answer.code()).isEqualTo("conflict");
        }
    }

    @Test
    void nothingIsAcceptedWhileThePoolIsDrained() throws Exception {
        running("STUB:until go");
        CompletableFuture<Answer> first = CompletableFuture.supplyAsync(() -> drain(""));
        await().atMost(LONGEST)
                .until(() -> client.get("/pool").json().at("/state").asString().equals("DRAINING"));

        assertThat(client.post("/tasks", task("late")).code()).isEqualTo("no-slots-available");
        assertThat(client.post("/pool/scale", Map.of("slots", 5)).code()).isEqualTo("conflict");
        CompletableFuture<Answer> second = CompletableFuture.supplyAsync(() -> drain(""));
        pool.let("go");

        assertThat(second.join().json()).isEqualTo(first.join().json());
        assertThat(pool.events().stream()
                        .filter(event -> Events.poolState("DRAINING").test(event)
                                || Events.poolState("STOPPED").test(event))
                        .map(Events::state))
                .containsExactly("DRAINING", "STOPPED");
    }

    @Test
    void attemptThatFailsMeanwhileIsNotTriedAgain() {
        String id = client.submit(task("STUB:die-after 1000").with("retries", 5));
        client.awaitState(id, "RUNNING", LONGEST);

        JsonNode summary = drain("").json();

        assertEnded(id, "CANCELLED", 1);
        assertThat(summary.at("/totalTasks").asInt()).isEqualTo(1);
        assertThat(summary.at("/cancelledTasks").asInt()).isEqualTo(1);
    }

    @Test
    void tasksThatAreKeptRunAfterTheNextStart() throws Exception {
        running("STUB:until go");
        List<String> queued = queued();
        CompletableFuture<Answer> drain = CompletableFuture.supplyAsync(() -> drain("?queued=keep"));
        await().atMost(LONGEST)
                .until(() -> client.get("/pool").json().at("/state").asString().equals("DRAINING"));

        pool.let("go");

        JsonNode summary = drain.join().json();

        assertThat(summary.at("/totalTasks").asInt()).isEqualTo(SLOTS);
        assertThat(summary.at("/cancelledTasks").asInt()).isZero();
        assertThat(queued)
                .allSatisfy(id ->
                        assertThat(client.task(id).at("/state").asString()).isEqualTo("QUEUED"));
        pool.close();
        start();
        assertThatTask(client.get("/pool").json()).hasState("PAUSED");
        client.post("/pool/resume", Map.of());
        assertThat(queued).allSatisfy(id -> {
            client.awaitEnd(id, LONGEST);
            assertEnded(id, "SUCCEEDED", 1);
        });
    }

    @Test
    void badChoiceIsRefusedAndEndsNothing() {
        Answer answer = drain("?queued=nonsense");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.code()).isEqualTo("validation-failed");
        assertThat(answer.json().at("/errors/0/field").asString()).isEqualTo("queued");
        assertThat(client.run("and now").status()).isEqualTo(200);
    }

    /** As many tasks as there are slots, all of them running. */
    private List<String> running(String prompt) {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < SLOTS; i++) {
            ids.add(client.submit(prompt));
        }
        ids.forEach(id -> client.awaitState(id, "RUNNING", LONGEST));
        return ids;
    }

    /** Tasks that do not start before the drain. */
    private List<String> queued() {
        client.post("/pool/pause", Map.of());
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < QUEUED; i++) {
            ids.add(client.submit("queued " + i));
        }
        return ids;
    }

    private Answer drain(String query) {
        return client.post("/pool/drain" + query, Map.of());
    }

    private void assertEnded(String id, String state, int attempts) {
        JsonNode task = client.task(id);
        assertThatTask(task).hasState(state);
        assertThatTask(task).hasAttempts(attempts);
    }
}

package dev.claudepool.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.claudepool.acceptance.PoolClient.Answer;
import dev.claudepool.claude.StubCli;
import dev.claudepool.demo.MessagesApi;
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

    private static final Duration LONGEST = Duration.ofMinutes(1);
    private static final int SLOTS = 3;
    private static final int QUEUED = 20;
    private static final String[] PROPERTIES = {"claude-pool.slots=" + SLOTS, "claude-pool.cli.stop-grace=500ms"};

    @TempDir
    Path directory;

    @AutoClose
    private TestingPool pool;

    private PoolClient client;

    @BeforeEach
    void start() throws Exception {
        pool = TestingPool.stubbed(directory, PROPERTIES);
        client = pool.client();
    }

    @Test
    void runningTasksFinishQueuedOnesAreCancelledAndTheSummaryTellsSo() {
        List<String> running = running("STUB:sleep 1500");
        List<String> queued = queued();

        Answer drained = drain("");

        assertThat(drained.status()).as(drained.text()).isEqualTo(200);
        JsonNode summary = drained.json();
        assertThat(summary.at("/totalTasks").asInt()).isEqualTo(SLOTS + QUEUED);
        assertThat(summary.at("/cancelledTasks").asInt()).isEqualTo(QUEUED);
        assertThat(summary.at("/errorCount").asInt()).isZero();
        assertThat(summary.at("/totalSpendUsd").decimalValue()).isEqualByComparingTo(new BigDecimal("0.0024"));
        assertThat(summary.at("/durationMs").asLong()).isBetween(1L, LONGEST.toMillis());
        assertThat(Processes.withEnvironment(directory.toString())).isEmpty();
        assertThat(running).allSatisfy(id -> assertEnded(id, "SUCCEEDED", 1));
        assertThat(queued).allSatisfy(id -> assertEnded(id, "CANCELLED", 0));
        assertThat(drain("").json()).isEqualTo(summary);
        assertThat(drain("?queued=keep").json()).isEqualTo(summary);
    }

    @Test
    void drainedPoolTakesNothingAndCannotBeRevived() {
        drain("");

        JsonNode status = client.get("/pool").json();
        assertThat(status.at("/state").asString()).isEqualTo("STOPPED");
        assertThat(status.at("/slots")
                        .valueStream()
                        .map(slot -> slot.at("/state").asString()))
                .hasSize(SLOTS)
                .containsOnly("STOPPED");
        Answer late = client.post("/tasks", Map.of("prompt", "late"));
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
    void nothingIsAcceptedWhileThePoolIsDrained() {
        running("STUB:sleep 1500");
        CompletableFuture<Answer> first = CompletableFuture.supplyAsync(() -> drain(""));
        await().atMost(LONGEST)
                .until(() -> client.get("/pool").json().at("/state").asString().equals("DRAINING"));

        assertThat(client.post("/tasks", Map.of("prompt", "late")).code()).isEqualTo("no-slots-available");
        assertThat(client.post("/pool/scale", Map.of("slots", 5)).code()).isEqualTo("conflict");
        Answer second = drain("");

        assertThat(second.json()).isEqualTo(first.join().json());
        assertThat(pool.events().stream()
                        .filter(event -> Events.poolState("DRAINING").test(event)
                                || Events.poolState("STOPPED").test(event))
                        .map(Events::state))
                .containsExactly("DRAINING", "STOPPED");
    }

    @Test
    void processThatHangsHoldsTheDrainNotBeyondTheGrace() throws Exception {
        pool.close();
        pool = TestingPool.stubbed(directory, "claude-pool.drain.grace=4s", "claude-pool.cli.stop-grace=500ms");
        client = pool.client();
        String hung = client.submit("STUB:ignore-signals");
        String fine = client.submit("STUB:sleep 100");
        client.awaitState(hung, "RUNNING", LONGEST);
        client.awaitState(fine, "SUCCEEDED", LONGEST);

        JsonNode summary = drain("").json();

        System.out.println("A drain with a grace of 4 s took " + summary.at("/durationMs") + " ms with a hung process");
        assertThat(summary.at("/durationMs").asLong()).isBetween(4_000L, 20_000L);
        assertThat(summary.at("/totalTasks").asInt()).isEqualTo(2);
        assertThat(summary.at("/cancelledTasks").asInt()).isEqualTo(1);
        assertThat(Processes.withEnvironment(directory.toString())).isEmpty();
        assertEnded(hung, "CANCELLED", 1);
        assertThat(client.task(hung).at("/result/spendEstimated").asBoolean()).isTrue();
    }

    @Test
    void attemptThatFailsMeanwhileIsNotTriedAgain() {
        String id = client.submit(Map.of("prompt", "STUB:die-after 1000", "retries", 5));
        client.awaitState(id, "RUNNING", LONGEST);

        JsonNode summary = drain("").json();

        assertEnded(id, "CANCELLED", 1);
        assertThat(summary.at("/totalTasks").asInt()).isEqualTo(1);
        assertThat(summary.at("/cancelledTasks").asInt()).isEqualTo(1);
    }

    @Test
    void tasksThatAreKeptRunAfterTheNextStart() throws Exception {
        running("STUB:sleep 1000");
        List<String> queued = queued();

        JsonNode summary = drain("?queued=keep").json();

        assertThat(summary.at("/totalTasks").asInt()).isEqualTo(SLOTS);
        assertThat(summary.at("/cancelledTasks").asInt()).isZero();
        assertThat(queued)
                .allSatisfy(id ->
                        assertThat(client.task(id).at("/state").asString()).isEqualTo("QUEUED"));
        pool.close();
        start();
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

    @Test
    void sigtermEndsWellAndWhatItCutShortGoesOnAtTheNextStart() throws Exception {
        pool.close();
        try (MessagesApi api = MessagesApi.start()) {
            List<String> properties = TestingPool.properties(
                    directory,
                    StubCli.program(),
                    api,
                    "claude-pool.slots=" + SLOTS,
                    "claude-pool.drain.grace=12s",
                    "claude-pool.cli.stop-grace=500ms");
            ServiceProcess service = ServiceProcess.start(directory, properties);
            client = service.client();
            List<String> quick = List.of(client.submit("STUB:sleep 5000"), client.submit("STUB:sleep 5000"));
            String slow = client.submit("STUB:sleep 600000");
            List.of(quick.getFirst(), quick.getLast(), slow).forEach(id -> client.awaitState(id, "RUNNING", LONGEST));
            List<String> queued = queued();

            int exitCode = service.terminate();

            assertThat(exitCode).as(service.output()).isZero();
            assertThat(service.output()).doesNotContain(" ERROR ", "Exception");
            assertThat(Processes.withEnvironment(directory.toString())).isEmpty();
            try (ServiceProcess restarted = ServiceProcess.start(directory, properties)) {
                client = restarted.client();
                quick.forEach(id -> assertRanOnce(id, 1));
                queued.forEach(id -> assertRanOnce(id, 1));
                assertRanOnce(slow, 2);
                assertThat(restarted.output()).doesNotContain("Recovered from a crash");
            }
        }
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

    /** Tasks that do not start before the drain, however slow the machine is. */
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
        assertThat(task.at("/state").asString()).as(task.toString()).isEqualTo(state);
        assertThat(task.at("/attempts").asInt()).isEqualTo(attempts);
    }

    private void assertRanOnce(String id, int attempts) {
        client.awaitEnd(id, LONGEST);
        assertEnded(id, "SUCCEEDED", attempts);
        String events = client.get("/tasks/" + id + "/events").text();
        assertThat(events.split("\"state\":\"RUNNING\"", -1)).as(events).hasSize(attempts + 1);
        assertThat(events.split("\"state\":\"SUCCEEDED\"", -1)).as(events).hasSize(2);
    }
}

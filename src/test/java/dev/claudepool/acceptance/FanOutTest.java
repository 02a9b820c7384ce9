package dev.claudepool.acceptance;

import static dev.claudepool.acceptance.RequestBody.task;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Fan-outs of prompts and tasks over HTTP, with the stub, of which each answer costs 0.0008 USD. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FanOutTest {

    private static final Duration LONGEST = Duration.ofSeconds(30);
    private static final Duration SHORT = Duration.ofMillis(50);

    private TestingPool pool;
    private PoolClient client;
    private FanOuts fanOuts;

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        pool = TestingPool.stubbed(
                directory,
                "claude-pool.slots=3",
                "claude-pool.isolation=conversation",
                "claude-pool.cli.stop-grace=500ms");
        client = pool.client();
        fanOuts = new FanOuts(client);
    }

    @AfterAll
    void stop() {
        pool.close();
    }

    @Test
    void resultsKeepTheOrderOfTheRequestWhicheverEndsFirst() throws Exception {
        List<String> prompts = List.of("STUB:until ordered", "zebra", "ape");
        JsonNode submitted = fanOuts.submit(Map.of("prompts", prompts));
        List<String> tasks = FanOuts.each(submitted.at("/tasks"), "/id");
        tasks.subList(1, 3).forEach(task -> client.awaitState(task, "SUCCEEDED", LONGEST));

        pool.let("ordered");

        JsonNode ended = fanOuts.awaitEnd(FanOuts.id(submitted), LONGEST);
        assertThat(FanOuts.each(ended.at("/tasks"), "/id")).isEqualTo(tasks);
        assertThat(FanOuts.each(ended.at("/tasks"), "/prompt")).isEqualTo(prompts);
        assertThat(FanOuts.each(ended.at("/tasks"), "/result/output"))
                .containsExactly("saw ordered", "echo: zebra", "echo: ape");
        assertThat(FanOuts.each(ended.at("/tasks"), "/fanOutId")).containsOnly(FanOuts.id(submitted));
    }

    @Test
    void aSucceededFanOutShowsAllResults() {
        JsonNode fanOut = fanOuts.run(Map.of("prompts", List.of("one", "two", "three")), LONGEST);

        assertThat(fanOut.propertyNames())
                .containsExactlyInAnyOrder(
                        "id",
                        "name",
                        "tags",
                        "metadata",
                        "state",
                        "cancelling",
                        "createdAt",
                        "finishedAt",
                        "tasks",
                        "chains",
                        "counts",
                        "spentUsd",
                        "error",
                        "retryOf");
        assertThat(fanOut.at("/counts").propertyNames())
                .containsExactlyInAnyOrder("queued", "running", "succeeded", "failed", "cancelled");
        assertThat(FanOuts.state(fanOut)).isEqualTo("SUCCEEDED");
        assertThat(fanOut.at("/cancelling").asBoolean()).isFalse();
        assertThat(fanOut.at("/finishedAt").isNull()).isFalse();
        assertThat(fanOut.at("/chains")).isEmpty();
        assertThat(FanOuts.counts(fanOut)).isEqualTo(Map.of("succeeded", 3));
        assertThat(fanOut.at("/error").isNull()).isTrue();
        assertThat(Books.usd(Books.exact(client, "/fan-outs/" + FanOuts.id(fanOut)), "/spentUsd"))
                .isEqualByComparingTo(new BigDecimal("0.0024"));
        assertThat(fanOuts.get(FanOuts.id(fanOut))).isEqualTo(fanOut);
    }

    @Test
    void tasksAreAsIfSubmittedByThemselves() {
        Map<String, Object> told = task("STUB:settings")
                .with("model", "opus")
                .with("slot", "slot-2")
                .with("priority", 7)
                .with("tags", List.of("told"));

        JsonNode fanOut = fanOuts.run(Map.of("tasks", List.of(task("STUB:settings"), told)), LONGEST);

        JsonNode task = fanOut.at("/tasks/1");
        assertThat(task.at("/priority").asInt()).isEqualTo(7);
        assertThat(task.at("/slotId").asString()).isEqualTo("slot-2");
        assertThat(task.at("/result/output").asString()).contains("\"model\":\"opus\"");
        assertThat(fanOut.at("/tasks/0/result/output").asString()).doesNotContain("opus");
        assertThat(client.get("/tasks?tag=told&fields=full").json().at("/items/0"))
                .isEqualTo(task);
        assertThat(fanOut.at("/tasks/0/tags")).isEmpty();
    }

    @Test
    void oneFailureHidesNothing() {
        JsonNode fanOut = fanOuts.run(Map.of("prompts", List.of("one", FanOuts.FAILING, "three")), LONGEST);

        assertThat(FanOuts.state(fanOut)).isEqualTo("FAILED");
        assertThat(FanOuts.each(fanOut.at("/tasks"), "/state")).containsExactly("SUCCEEDED", "FAILED", "SUCCEEDED");
        assertThat(FanOuts.each(fanOut.at("/tasks"), "/result/output")).containsExactly("echo: one", "", "echo: three");
        assertThat(fanOut.at("/tasks/1/error/code").asString()).isEqualTo("execution-error");
        assertThat(FanOuts.counts(fanOut)).isEqualTo(Map.of("succeeded", 2, "failed", 1));
        assertThat(fanOut.at("/error").isNull()).isTrue();
    }

    @Test
    void theAnswerIs202UntilAllHaveEnded() throws Exception {
        PoolClient.Answer submitted =
                client.post("/fan-outs?wait=" + SHORT, Map.of("prompts", List.of("at once", "STUB:until awaited")));
        String path = "/fan-outs/" + FanOuts.id(submitted.json());

        assertThat(submitted.status()).isEqualTo(202);
        assertThat(submitted.response().headers().firstValue("Location")).hasValue("/api/v1" + path);
        assertThat(FanOuts.state(submitted.json())).isEqualTo("RUNNING");
        assertThat(submitted.json().at("/finishedAt").isNull()).isTrue();
        assertThat(client.get(path + "?wait=" + SHORT).status()).isEqualTo(202);
        assertThat(client.get(path).status()).isEqualTo(200);
        pool.let("awaited");
        PoolClient.Answer ended = client.get(path + "?wait=" + LONGEST);
        assertThat(ended.status()).isEqualTo(200);
        assertThat(ended.response().headers().firstValue("Location")).hasValue("/api/v1" + path);
        assertThat(FanOuts.state(ended.json())).isEqualTo("SUCCEEDED");
        assertThat(client.get(path + "?wait=PT0S").status()).isEqualTo(200);
    }

    @Test
    void theLocationIsGivenAlsoWithoutAWait() {
        PoolClient.Answer submitted = client.post("/fan-outs", Map.of("prompts", List.of("one")));

        assertThat(submitted.status()).isEqualTo(202);
        assertThat(submitted.response().headers().firstValue("Location"))
                .hasValue("/api/v1/fan-outs/" + FanOuts.id(submitted.json()));
        fanOuts.awaitEnd(FanOuts.id(submitted.json()), LONGEST);
    }

    @Test
    void theListIsYoungestFirstInPagesAndWithoutElements() {
        List<String> ids = new ArrayList<>();
        for (String prompt : List.of("first", "second", "third")) {
            ids.addFirst(FanOuts.id(fanOuts.run(Map.of("prompts", List.of(prompt)), LONGEST)));
        }

        JsonNode page = client.get("/fan-outs?limit=2").json();
        JsonNode next = client.get(
                        "/fan-outs?limit=2&cursor=" + page.at("/next").asString())
                .json();

        assertThat(FanOuts.each(page.at("/items"), "/id")).isEqualTo(ids.subList(0, 2));
        assertThat(FanOuts.each(next.at("/items"), "/id").getFirst()).isEqualTo(ids.getLast());
        assertThat(page.at("/items")).allSatisfy(item -> {
            assertThat(item.at("/tasks").isNull()).isTrue();
            assertThat(item.at("/chains").isNull()).isTrue();
            assertThat(FanOuts.counts(item)).isEqualTo(Map.of("succeeded", 1));
        });
    }

    @Test
    void theListCanBeOfOneState() throws Exception {
        String failed = FanOuts.id(fanOuts.run(Map.of("prompts", List.of(FanOuts.FAILING)), LONGEST));
        String running = FanOuts.id(fanOuts.submit(Map.of("prompts", List.of("STUB:until listed"))));

        assertThat(idsOf("FAILED")).contains(failed).doesNotContain(running);
        assertThat(idsOf("RUNNING")).containsExactly(running);
        assertThat(idsOf("SUCCEEDED")).doesNotContain(failed, running);
        assertThat(client.get("/fan-outs?state=SLEEPING").status()).isEqualTo(400);
        pool.let("listed");
        fanOuts.awaitEnd(running, LONGEST);
        assertThat(idsOf("SUCCEEDED")).contains(running);
    }

    private List<String> idsOf(String state) {
        JsonNode items = client.get("/fan-outs?state=" + state).json().at("/items");
        assertThat(FanOuts.each(items, "/state")).allMatch(state::equals);
        return FanOuts.each(items, "/id");
    }

    @Test
    void whatIsNotThereIsNotFound() {
        String path = "/fan-outs/" + UUID.randomUUID();

        for (PoolClient.Answer answer : List.of(
                client.get(path), client.get(path + "?wait=" + SHORT), client.post(path + "/cancel", Map.of()))) {
            assertThat(answer.status()).isEqualTo(404);
            assertThat(answer.code()).isEqualTo("fan-out-not-found");
        }
        assertThat(client.get("/fan-outs/17").status()).isEqualTo(400);
    }

    @Test
    void anIdempotencyKeyMakesOneFanOut() {
        String key = UUID.randomUUID().toString();

        PoolClient.Answer first = keyed(key, "{\"prompts\":[\"once\"],\"maxConcurrency\":2}");
        PoolClient.Answer second = keyed(key, "{ \"maxConcurrency\": 2, \"prompts\":[\"once\"] }");
        PoolClient.Answer other = keyed(key, "{\"prompts\":[\"once\",\"more\"],\"maxConcurrency\":2}");

        assertThat(first.status()).isEqualTo(202);
        assertThat(second.status()).isEqualTo(202);
        assertThat(FanOuts.id(second.json())).isEqualTo(FanOuts.id(first.json()));
        assertThat(other.status()).isEqualTo(409);
        assertThat(other.code()).isEqualTo("idempotency-conflict");
        JsonNode ended = fanOuts.awaitEnd(FanOuts.id(first.json()), LONGEST);
        assertThat(ended.at("/tasks")).hasSize(1);
        assertThat(FanOuts.id(client.get("/fan-outs?limit=1").json().at("/items/0")))
                .isEqualTo(FanOuts.id(ended));
    }

    private PoolClient.Answer keyed(String key, String body) {
        HttpRequest.Builder request =
                client.request("/fan-outs").header("Idempotency-Key", key).POST(BodyPublishers.ofString(body));
        return client.send(request);
    }

    @Test
    void cancellingStopsWhatRunsAndWhatWaits() {
        List<String> prompts = List.of("STUB:until never", "STUB:until never", "STUB:until never", "waits", "waits");
        String id = FanOuts.id(fanOuts.submit(Map.of("prompts", prompts)));
        List<String> tasks = FanOuts.each(fanOuts.get(id).at("/tasks"), "/id");
        tasks.subList(0, 3).forEach(task -> client.awaitState(task, "RUNNING", LONGEST));

        JsonNode cancelled = fanOuts.cancel(id);

        assertThat(FanOuts.each(cancelled.at("/tasks"), "/state").subList(3, 5)).containsOnly("CANCELLED");
        assertThat(fanOuts.cancel(id).at("/id")).isEqualTo(cancelled.at("/id"));
        JsonNode ended = fanOuts.awaitEnd(id, LONGEST);
        assertThat(FanOuts.state(ended)).isEqualTo("CANCELLED");
        assertThat(ended.at("/cancelling").asBoolean()).isFalse();
        assertThat(FanOuts.counts(ended)).isEqualTo(Map.of("cancelled", 5));
        assertThat(FanOuts.each(ended.at("/tasks"), "/attempts")).containsExactly("1", "1", "1", "0", "0");
        assertThat(FanOuts.started(pool.events(), id)).containsExactlyInAnyOrderElementsOf(tasks.subList(0, 3));
        assertThat(FanOuts.states(pool.events(), id))
                .contains("RUNNING/CANCELLED")
                .endsWith("CANCELLED/CANCELLED");
        assertThat(Books.usd(Books.exact(client, "/budget"), "/reservedUsd")).isZero();
    }

    @Test
    void aFanOutThatIsBeingCancelledSaysSo() throws Exception {
        String id = FanOuts.id(fanOuts.submit(Map.of("prompts", List.of("STUB:ignore-signals"))));
        client.awaitState(fanOuts.get(id).at("/tasks/0/id").asString(), "RUNNING", LONGEST);

        JsonNode cancelled = fanOuts.cancel(id);

        assertThat(FanOuts.state(cancelled)).isEqualTo("RUNNING");
        assertThat(cancelled.at("/cancelling").asBoolean()).isTrue();
        assertThat(FanOuts.state(fanOuts.awaitEnd(id, LONGEST))).isEqualTo("CANCELLED");
    }

    @Test
    void aFanOutThatHasEndedStaysAsItIs() {
        JsonNode ended = fanOuts.run(Map.of("prompts", List.of("one", "two")), LONGEST);
        List<String> before = FanOuts.states(pool.events(), FanOuts.id(ended));

        JsonNode cancelled = fanOuts.cancel(FanOuts.id(ended));

        assertThat(cancelled).isEqualTo(ended);
        assertThat(FanOuts.states(pool.events(), FanOuts.id(ended))).isEqualTo(before);
    }

    @Test
    void aCancelledElementCountsToo() {
        List<String> prompts = List.of("STUB:until never", "fine");
        JsonNode submitted = fanOuts.submit(Map.of("prompts", prompts));

        client.post("/tasks/" + submitted.at("/tasks/0/id").asString() + "/cancel", Map.of());

        JsonNode ended = fanOuts.awaitEnd(FanOuts.id(submitted), LONGEST);
        assertThat(FanOuts.state(ended)).isEqualTo("CANCELLED");
        assertThat(FanOuts.counts(ended)).isEqualTo(Map.of("succeeded", 1, "cancelled", 1));
        assertThat(ended.at("/tasks/1/result/output").asString()).isEqualTo("echo: fine");
    }
}

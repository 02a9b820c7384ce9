package dev.claudepool.acceptance;

import static dev.claudepool.acceptance.RequestBody.step;
import static dev.claudepool.acceptance.RequestBody.task;
import static org.assertj.core.api.Assertions.assertThat;

import dev.claudepool.acceptance.PoolClient.Answer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Names, tags and metadata, which come back as they were sent, and tasks that wait for their time. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LabelsTest {

    private static final Duration LONGEST = Duration.ofMinutes(1);
    private static final Map<String, String> METADATA = Map.of("ticket", "A-1", "owner", "");

    private TestingPool pool;
    private PoolClient client;
    private FanOuts fanOuts;

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        pool = TestingPool.stubbed(directory, "claude-pool.slots=1");
        client = pool.client();
        fanOuts = new FanOuts(client);
    }

    @AfterAll
    void stop() {
        pool.close();
    }

    @Test
    void aTaskAndItsSummaryHaveItsLabels() {
        String id = client.submit(labelled("Nightly review", "t").with("prompt", "a"));

        assertHasLabels(client.task(id), "Nightly review", "t");
        assertHasLabels(summary("/tasks?tag=t", id), "Nightly review", "t");
    }

    @Test
    void aTaskWithoutLabelsHasNone() {
        JsonNode task = client.task(client.submit("a"));

        assertThat(task.at("/name").isNull()).isTrue();
        assertThat(task.at("/tags")).isEmpty();
        assertThat(task.at("/metadata").isObject()).isTrue();
        assertThat(task.at("/metadata")).isEmpty();
    }

    @Test
    void aChainAndItsSummaryHaveItsLabelsAndItsTasksItsTags() {
        String id = client.submitChain(labelled("fix", "c")
                .with("steps", List.of(step("one", "a").with("config", Map.of("tags", List.of("own"))))));
        JsonNode chain = client.awaitChain(id, LONGEST);

        assertHasLabels(chain, "fix", "c");
        assertHasLabels(summary("/chains", id), "fix", "c");
        assertThat(tags(client.task(chain.at("/steps/0/taskId").asString()))).containsExactly("own", "c");
    }

    @Test
    void aFanOutAndItsSummaryHaveItsLabelsAndItsTasksItsTags() {
        String id = FanOuts.id(fanOuts.submit(labelled("all", "f")
                .with("tasks", List.of(task("a"), task("b").with("tags", List.of("own"))))));
        JsonNode fanOut = fanOuts.get(id);

        assertHasLabels(fanOut, "all", "f");
        assertHasLabels(summary("/fan-outs", id), "all", "f");
        assertThat(tags(fanOut.at("/tasks/0"))).containsExactly("f");
        assertThat(tags(fanOut.at("/tasks/1"))).containsExactly("own", "f");
    }

    @Test
    void chainsOfAFanOutHaveItsTags() {
        JsonNode fanOut = fanOuts.submit(Map.of(
                "tags", List.of("f"), "chains", List.of(Map.of("steps", List.of(step("one", "a"))))));

        assertThat(tags(fanOuts.get(FanOuts.id(fanOut)).at("/chains/0"))).containsExactly("f");
    }

    @Test
    void tagsThatAreTooManyTogetherAreRefusedBeforeAnythingRuns() {
        List<String> twenty = IntStream.range(0, 20).mapToObj(i -> "t" + i).toList();
        Map<String, ?> own = Map.of("tags", List.of("own"));

        assertRefused(
                client.post(
                        "/chains",
                        Map.of("tags", twenty, "steps", List.of(step("one", "a").with("config", own)))),
                "steps[0].config.tags");
        assertRefused(
                client.post(
                        "/fan-outs",
                        Map.of("tags", twenty, "tasks", List.of(task("a").with("tags", List.of("own"))))),
                "tasks[0].tags");
    }

    @Test
    void aTaskWaitsForItsTimeAndCanBeCancelledMeanwhile() {
        String id = client.submit(task("a")
                .with("notBefore", Instant.now().plus(Duration.ofDays(1)).toString()));
        String other = client.submit("b");

        client.awaitEnd(other, LONGEST);

        JsonNode waiting = client.task(id);
        assertThat(waiting.at("/state").asString()).isEqualTo("QUEUED");
        assertThat(waiting.at("/waitingFor").asString()).isEqualTo("notBefore");
        client.post("/tasks/" + id + "/cancel", null);
        assertThat(client.task(id).at("/state").asString()).isEqualTo("CANCELLED");
    }

    @Test
    void aTaskStartsAtItsTime() {
        Instant time = Instant.now().plus(Duration.ofSeconds(1)).truncatedTo(ChronoUnit.MILLIS);
        String id = client.submit(task("a").with("notBefore", time.toString()));

        JsonNode task = client.awaitEnd(id, LONGEST);

        assertThat(task.at("/state").asString()).isEqualTo("SUCCEEDED");
        assertThat(Instant.parse(task.at("/startedAt").asString())).isAfterOrEqualTo(time);
    }

    private static RequestBody labelled(String name, String tag) {
        return new RequestBody().with("name", name).with("tags", List.of(tag)).with("metadata", METADATA);
    }

    private static void assertHasLabels(JsonNode item, String name, String tag) {
        assertThat(item.at("/name").asString()).isEqualTo(name);
        assertThat(tags(item)).containsExactly(tag);
        assertThat(item.at("/metadata").propertyStream())
                .extracting(pair -> Map.entry(pair.getKey(), pair.getValue().asString()))
                .containsExactlyInAnyOrderElementsOf(METADATA.entrySet());
    }

    private static void assertRefused(Answer answer, String field) {
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().at("/errors/0/field").asString()).isEqualTo(field);
    }

    private JsonNode summary(String list, String id) {
        return client.get(list)
                .json()
                .at("/items")
                .valueStream()
                .filter(item -> item.at("/id").asString().equals(id))
                .findFirst()
                .orElseThrow();
    }

    private static List<String> tags(JsonNode item) {
        return item.at("/tags").valueStream().map(JsonNode::asString).toList();
    }
}

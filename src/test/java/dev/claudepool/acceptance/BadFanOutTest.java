package dev.claudepool.acceptance;

import static dev.claudepool.acceptance.RequestBody.task;
import static org.assertj.core.api.Assertions.assertThat;

import dev.claudepool.event.Event;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Fan-outs that cannot be accepted: the right status, the field with its index, and nothing stored. */
class BadFanOutTest {

    private static final int CAPACITY = 20;
    private static final Duration LONGEST = Duration.ofSeconds(20);

    @TempDir
    static Path directory;

    @AutoClose
    private static TestingPool pool;

    private static PoolClient client;
    private static FanOuts fanOuts;

    @BeforeAll
    static void start() throws Exception {
        pool = TestingPool.stubbed(directory, "claude-pool.slots=1", "claude-pool.queue.capacity=" + CAPACITY);
        client = pool.client();
        fanOuts = new FanOuts(client);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {}                                                              | tasks
            {"failFast":true}                                               | tasks
            {"prompts":["x"],"tasks":[{"prompt":"x"}]}                      | tasks
            {"prompts":["x"],"chains":[{"steps":[{"name":"a","prompt":"x"}]}]} | tasks
            {"prompts":[]}                                                  | prompts
            {"tasks":[]}                                                    | tasks
            {"chains":[]}                                                   | chains
            {"prompts":"x"}                                                 | prompts
            {"prompts":["a","b","c"," "]}                                   | prompts[3]
            {"prompts":["a",null]}                                          | prompts
            {"prompts":["a",7]}                                             | prompts[1]
            {"tasks":[{"prompt":"x"},{}]}                                   | tasks[1].prompt
            {"tasks":[{"prompt":"x"},null]}                                 | tasks
            {"tasks":[{"prompt":"x"},{"prompt":"x","priority":1001}]}       | tasks[1].priority
            {"tasks":[{"prompt":"x"},{"prompt":"x","maxTurns":0}]}          | tasks[1].maxTurns
            {"tasks":[{"prompt":"x","colour":1}]}                           | tasks[0].colour
            {"tasks":[{"prompt":"x","tags":[null]}]}                        | tasks[0].tags
            {"chains":[{"steps":[{"name":"a","prompt":"x"},{"name":"b","prompt":"{nothing}"}]}]} | chains[0].steps[1].prompt
            {"chains":[{"steps":[{"name":"a","prompt":"x"}]},{"steps":[]}]} | chains[1].steps
            {"chains":[{"steps":[{"name":"a","prompt":"x"},null]}]}         | chains[0].steps
            {"chains":[null]}                                               | chains
            {"chains":[{"steps":[{"name":"a","prompt":"x","config":{"maxTurns":0}}]}]} | chains[0].steps[0].config.maxTurns
            {"prompts":["x"],"maxConcurrency":0}                            | maxConcurrency
            {"prompts":["x"],"maxConcurrency":10001}                        | maxConcurrency
            {"prompts":["x"],"maxBudgetUsd":-1}                             | maxBudgetUsd
            {"prompts":["x"],"maxBudgetUsd":0}                              | maxBudgetUsd
            {"prompts":["x"],"timeout":"PT0S"}                              | timeout
            {"prompts":["x"],"timeout":"-PT1M"}                             | timeout
            {"prompts":["x"],"timeout":"soon"}                              | timeout
            {"prompts":["x"],"colour":1}                                    | colour
            """)
    void aBadElementStoresNothing(String body, String field) {
        assertNothingIsStored(() -> {
            PoolClient.Answer answer = client.send(client.request("/fan-outs").POST(BodyPublishers.ofString(body)));

            assertProblem(answer, 400, "validation-failed");
            assertThat(answer.json().at("/errors/0/field").asString()).isEqualTo(field);
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "[]", "\"x\"", "{\"prompts\":[\"x\"]", "{\"prompts\":[\"x\"]} {}"})
    void whatIsNoFanOutIsRefused(String body) {
        assertNothingIsStored(() -> assertProblem(
                client.send(client.request("/fan-outs").POST(BodyPublishers.ofString(body))),
                400,
                "validation-failed"));
    }

    @Test
    void aWaitThatIsNoTimeIsRefused() {
        assertNothingIsStored(() -> {
            PoolClient.Answer answer = client.post("/fan-outs?wait=tomorrow", Map.of("prompts", List.of("x")));

            assertProblem(answer, 400, "validation-failed");
            assertThat(answer.json().at("/errors/0/field").asString()).isEqualTo("wait");
        });
    }

    @Test
    void allBadElementsAreNamed() {
        List<String> prompts = List.of("", "good", " ", "\n");

        PoolClient.Answer answer = client.post("/fan-outs", Map.of("prompts", prompts));

        assertProblem(answer, 400, "validation-failed");
        assertThat(FanOuts.each(answer.json().at("/errors"), "/field"))
                .containsExactly("prompts[0]", "prompts[2]", "prompts[3]");
    }

    @Test
    void aSlotThatIsNotThereRefusesAllOfIt() {
        assertNothingIsStored(() -> assertProblem(
                client.post(
                        "/fan-outs",
                        Map.of("tasks", List.of(task("x"), task("x").with("slot", "slot-9")))),
                503,
                "no-slots-available"));
    }

    @Test
    void moreThanTheQueueHoldsIsRefused() {
        assertNothingIsStored(() -> {
            PoolClient.Answer answer =
                    client.post("/fan-outs", Map.of("prompts", Collections.nCopies(CAPACITY + 1, "x")));

            assertProblem(answer, 400, "validation-failed");
            assertThat(answer.json().at("/errors")).hasSize(1);
        });
    }

    @Test
    void moreThanTheQueueHasRoomForIsRefusedForNow() {
        client.post("/pool/pause", Map.of());
        JsonNode first = fanOuts.submit(Map.of("prompts", Collections.nCopies(CAPACITY - 1, "x")));

        assertNothingIsStored(() -> {
            PoolClient.Answer answer = client.post("/fan-outs", Map.of("prompts", List.of("x", "x")));

            assertProblem(answer, 429, "queue-full");
            assertThat(answer.response().headers().firstValue("Retry-After")).isPresent();
        });
        fanOuts.cancel(FanOuts.id(first));
        client.post("/pool/resume", Map.of());
        assertThat(FanOuts.state(fanOuts.run(Map.of("prompts", List.of("x", "x")), LONGEST)))
                .isEqualTo("SUCCEEDED");
    }

    private static void assertNothingIsStored(Runnable request) {
        List<JsonNode> before = stored();
        List<Event> events = eventsOfFlows();

        request.run();

        assertThat(stored()).isEqualTo(before);
        assertThat(eventsOfFlows()).isEqualTo(events);
    }

    /** Slots tell of themselves at any time. */
    private static List<Event> eventsOfFlows() {
        return pool.events().stream()
                .filter(event -> event.taskId() != null || event.chainId() != null || event.fanOutId() != null)
                .toList();
    }

    private static List<JsonNode> stored() {
        return Stream.of("/tasks", "/chains", "/fan-outs")
                .map(path -> client.get(path + "?limit=200").json())
                .toList();
    }

    private static void assertProblem(PoolClient.Answer answer, int status, String code) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(status);
        assertThat(answer.response().headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(answer.code()).isEqualTo(code);
        assertThat(answer.text()).doesNotContain("dev.claudepool", "java.", "Exception", directory.toString());
    }
}

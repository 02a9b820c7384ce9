package dev.claudepool.acceptance;

import static dev.claudepool.acceptance.RequestBody.task;
import static org.assertj.core.api.Assertions.assertThat;

import dev.claudepool.acceptance.PoolClient.Answer;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What clients may send by mistake or malice: the right status and code, and nothing stored. */
class BadInputTest {

    @TempDir
    static Path directory;

    @AutoClose
    private static TestingPool pool;

    private static PoolClient client;

    @BeforeAll
    static void start() throws Exception {
        pool = TestingPool.stubbed(directory, "claude-pool.slots=1");
        client = pool.client();
    }

    static Stream<Arguments> bodies() {
        return Stream.of(
                Arguments.of("{\"prompt\":", ""),
                Arguments.of("", ""),
                Arguments.of("null", ""),
                Arguments.of("[]", "body"),
                Arguments.of("{}", "prompt"),
                Arguments.of("{\"prompt\":null}", "prompt"),
                Arguments.of("{\"prompt\":\"\"}", "prompt"),
                Arguments.of("{\"prompt\":\" \\n\\t \"}", "prompt"),
                Arguments.of("{\"prompt\":7}", "prompt"),
                Arguments.of("{\"prompt\":\"x\",\"colour\":1}", "colour"),
                Arguments.of("{\"prompt\":\"x\",\"maxBudgetUsd\":-1}", "maxBudgetUsd"),
                Arguments.of("{\"prompt\":\"x\",\"maxBudgetUsd\":0}", "maxBudgetUsd"),
                Arguments.of("{\"prompt\":\"x\",\"maxBudgetUsd\":1e40}", "maxBudgetUsd"),
                Arguments.of("{\"prompt\":\"x\",\"maxBudgetUsd\":0.0000000001}", "maxBudgetUsd"),
                Arguments.of("{\"prompt\":\"x\",\"effort\":\"enormous\"}", "effort"),
                Arguments.of("{\"prompt\":\"x\",\"permissionMode\":\"yolo\"}", "permissionMode"),
                Arguments.of("{\"prompt\":\"x\",\"timeout\":\"soon\"}", "timeout"),
                Arguments.of("{\"prompt\":\"x\",\"timeout\":\"PT0S\"}", "timeout"),
                Arguments.of("{\"prompt\":\"x\",\"timeout\":\"-PT1M\"}", "timeout"),
                Arguments.of("{\"prompt\":\"x\",\"maxTurns\":0}", "maxTurns"),
                Arguments.of("{\"prompt\":\"x\",\"priority\":99999999999}", "priority"),
                Arguments.of("{\"prompt\":\"x\",\"retries\":-1}", "retries"),
                Arguments.of("{\"prompt\":\"x\",\"session\":\"not-a-uuid\"}", "session"),
                Arguments.of("{\"prompt\":\"x\",\"model\":\"--dangerously-skip-permissions\"}", "model"),
                Arguments.of("{\"prompt\":\"x\",\"allowedTools\":[\"--help\"]}", "allowedTools"),
                Arguments.of("{\"prompt\":\"x\",\"allowedTools\":[null]}", "allowedTools"),
                Arguments.of("{\"prompt\":\"x\",\"tags\":[\"a b\"]}", "tags"),
                Arguments.of("{\"prompt\":\"x\",\"tags\":[null]}", "tags"),
                Arguments.of("{\"prompt\":\"x\",\"name\":\"" + "x".repeat(201) + "\"}", "name"),
                Arguments.of("{\"prompt\":\"x\",\"name\":\"\\ud800\"}", "name"),
                Arguments.of("{\"prompt\":\"x\",\"metadata\":[]}", "metadata"),
                Arguments.of("{\"prompt\":\"x\",\"metadata\":{\"a\":1}}", "metadata.a"),
                Arguments.of("{\"prompt\":\"x\",\"metadata\":{\"a\":null}}", "metadata"),
                Arguments.of("{\"prompt\":\"x\",\"metadata\":{\"a b\":\"x\"}}", "metadata"),
                Arguments.of("{\"prompt\":\"x\",\"metadata\":{\"a\":\"" + "x".repeat(501) + "\"}}", "metadata"),
                Arguments.of("{\"prompt\":\"x\",\"metadata\":" + pairs(17) + "}", "metadata"),
                Arguments.of("{\"prompt\":\"x\",\"notBefore\":5}", "notBefore"),
                Arguments.of("{\"prompt\":\"x\",\"notBefore\":\"tomorrow\"}", "notBefore"),
                Arguments.of("{\"prompt\":\"x\",\"notBefore\":\"+10000-01-01T00:00:00Z\"}", "notBefore"),
                Arguments.of("{\"prompt\":\"x\",\"notBefore\":\"+1000000000-12-31T23:59:59Z\"}", "notBefore"),
                Arguments.of("{\"prompt\":\"x\",\"outputSchema\":\"string\"}", "outputSchema"),
                Arguments.of("{\"prompt\":\"x\",\"prompt\":\"y\"}", "prompt"),
                Arguments.of("{\"prompt\":\"x\",\"effort\":\"\"}", "effort"),
                Arguments.of("{\"prompt\":\"x\",\"priority\":1e400}", "priority"),
                Arguments.of("{\"prompt\":\"x\",\"maxBudgetUsd\":1e999999999}", "maxBudgetUsd"),
                Arguments.of(
                        "{\"prompt\":\"x\",\"outputSchema\":{\"type\":\"object\",\"maxProperties\":1e400}}",
                        "outputSchema.maxProperties"),
                Arguments.of(
                        "{\"prompt\":\"x\",\"mcpServers\":{\"a\":{\"command\":\"x\",\"timeout\":1e400}}}",
                        "mcpServers.a.timeout"),
                Arguments.of("{\"prompt\":\"x\",\"mcpServers\":{\"a\":{\"command\":\"x\\u0000\"}}}", "mcpServers"),
                Arguments.of("{\"prompt\":\"x\",\"allowedTools\":[\"Bash(\\ud800)\"]}", "allowedTools[0]"),
                Arguments.of("{\"prompt\":\"x\",\"allowedTools\":[\"Bash(\\u0000)\"]}", "allowedTools"),
                Arguments.of(
                        "{\"prompt\":\"x\",\"allowedTools\":[\"mcp__" + "x".repeat(200_000) + "\"]}", "allowedTools"),
                Arguments.of(
                        "{\"prompt\":\"x\",\"outputSchema\":{\"type\":\"object\",\"a\":" + "[".repeat(600)
                                + "]".repeat(600) + "}}",
                        ""),
                Arguments.of("{\"prompt\":\"x\",\"outputSchema\":" + deepObject(101) + "}", "outputSchema"),
                Arguments.of("{\"prompt\":\"x\",\"outputSchema\":" + deepObject(490) + "}", "outputSchema"),
                Arguments.of("{\"prompt\":\"x\",\"outputSchema\":" + deepObject(50_000) + "}", ""),
                Arguments.of("{\"prompt\":\"x\",\"mcpServers\":" + deepObject(101) + "}", "mcpServers"));
    }

    private static String pairs(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> "\"k" + i + "\":\"v\"")
                .collect(Collectors.joining(",", "{", "}"));
    }

    private static String deepObject(int levels) {
        return "{\"type\":\"object\",\"command\":\"x\",\"default\":" + "[".repeat(levels - 1) + "]".repeat(levels - 1)
                + "}";
    }

    @ParameterizedTest
    @MethodSource("bodies")
    void badBodyIsRefusedWithTheNameOfTheField(String body, String field) {
        for (String path : List.of("/tasks", "/run")) {
            Answer answer = client.send(client.request(path).POST(BodyPublishers.ofString(body)));

            assertProblem(answer, 400, "validation-failed");
            assertThat(answer.json().at("/errors/0/field").asString()).startsWith(field);
        }
        assertNothingIsStored();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"slots\":0}",
                "{\"slots\":-1}",
                "{\"slots\":65}",
                "{\"slots\":99999999999}",
                "{\"slots\":\"six\"}",
                "{\"slots\":\"6\"}",
                "{\"slots\":2.5}",
                "{\"slots\":true}",
                "{\"slots\":null}",
                "{\"slots\":[6]}",
                "{}"
            })
    void badNumberOfSlotsIsRefused(String body) {
        Answer answer = client.send(client.request("/pool/scale").POST(BodyPublishers.ofString(body)));

        assertProblem(answer, 400, "validation-failed");
        assertThat(answer.json().at("/errors/0/field").asString()).isEqualTo("slots");
        assertThat(client.get("/slots").json()).hasSize(1);
    }

    @Test
    void badPathsAndQueriesAreRefused() {
        assertProblem(client.get("/tasks/not-a-uuid"), 400, "validation-failed");
        assertProblem(client.get("/tasks/" + UUID.randomUUID()), 404, "task-not-found");
        assertProblem(client.get("/tasks/" + UUID.randomUUID() + "/events"), 404, "task-not-found");
        assertProblem(client.get("/tasks/" + UUID.randomUUID() + "/result"), 404, "task-not-found");
        assertProblem(client.post("/tasks/" + UUID.randomUUID() + "/cancel", Map.of()), 404, "task-not-found");
        assertProblem(client.get("/tasks?limit=0"), 400, "validation-failed");
        assertProblem(client.get("/tasks?state=SLEEPING"), 400, "validation-failed");
        assertProblem(client.get("/tasks?state="), 400, "validation-failed");
        assertProblem(client.get("/chains?state=%20"), 400, "validation-failed");
        assertProblem(client.get("/budget/ledger?taskId="), 400, "validation-failed");
        assertProblem(client.post("/pool/drain?queued=", Map.of()), 400, "validation-failed");
        assertProblem(client.get("/tasks?cursor.parts=1"), 400, "validation-failed");
        assertProblem(client.get("/tasks?sate=FAILED"), 400, "validation-failed");
        assertProblem(client.get("/tasks?limit=1&limit=2"), 400, "validation-failed");
        assertProblem(client.get("/budget/spend?by=tag&from=2026-01-01"), 400, "validation-failed");
        assertProblem(client.get("/tasks?limit.class=1"), 400, "validation-failed");
        assertProblem(client.get("/tasks?cursor=%F0%9F"), 400, "validation-failed");
        assertProblem(client.get("/slots/slot-99"), 404, "slot-not-found");
        assertProblem(client.get("/nothing"), 404, "not-found");
        assertProblem(client.post("/run?wait=tomorrow", task("x")), 400, "validation-failed");
        assertNothingIsStored();
    }

    @Test
    void unknownSlotIsRefused() {
        assertProblem(client.post("/tasks", task("x").with("slot", "slot-7")), 503, "no-slots-available");
        assertThat(client.post("/tasks", task("x").with("role", "poet"))
                        .response()
                        .headers()
                        .firstValue("Retry-After"))
                .isPresent();
        assertNothingIsStored();
    }

    @Test
    void longestListsOfToolsReachTheProcess() {
        assertThat(client.patch("/slots/slot-0", "{\"config\":{\"disallowedTools\":" + tools("Slot") + "}}")
                        .status())
                .isEqualTo(200);

        Answer answer = client.send(client.request("/run")
                .POST(BodyPublishers.ofString("{\"prompt\":\"x\",\"tags\":[\"keyed\"],\"allowedTools\":" + tools("Task")
                        + ",\"disallowedTools\":" + tools("Not") + "}")));

        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    }

    /** As many bytes as a list of tools may have. */
    private static String tools(String name) {
        return IntStream.range(100, 199)
                .mapToObj(number -> '"' + name + number + "(" + "\u65e5".repeat(490) + ")\"")
                .collect(Collectors.joining(",", "[", "]"));
    }

    @Test
    void bodyOfFiveMegabytesIsTooLarge() {
        Answer answer = client.post("/tasks", task("x".repeat(5 * 1024 * 1024)));

        assertProblem(answer, 413, "payload-too-large");
        assertNothingIsStored();
    }

    @Test
    void wrongTokenAndForeignOriginAreRefused() {
        HttpRequest.Builder wrong = client.request("/tasks")
                .setHeader("Authorization", "Bearer wrong")
                .POST(BodyPublishers.ofString("{\"prompt\":\"x\"}"));
        HttpRequest.Builder foreign = client.request("/tasks")
                .header("Origin", "https://evil.example")
                .POST(BodyPublishers.ofString("{\"prompt\":\"x\"}"));

        assertProblem(client.send(wrong), 401, "unauthorized");
        assertProblem(client.send(foreign), 403, "forbidden");
        assertNothingIsStored();
    }

    @Test
    void idempotencyKeyGivesOneTaskAndRefusesAnotherRequest() {
        String key = UUID.randomUUID().toString();

        Answer first = client.send(keyed(key, "{\"prompt\":\"x\",\"tags\":[\"keyed\",\"once\"]}"));
        Answer second = client.send(keyed(key, "{ \"tags\":[\"keyed\",\"once\"], \"prompt\":\"x\" }"));
        Answer other = client.send(keyed(key, "{\"prompt\":\"y\",\"tags\":[\"keyed\",\"once\"]}"));

        assertThat(first.status()).isEqualTo(202);
        assertThat(second.status()).isEqualTo(202);
        assertThat(second.json().at("/id")).isEqualTo(first.json().at("/id"));
        assertProblem(other, 409, "idempotency-conflict");
        assertThat(client.get("/tasks?tag=once").json().at("/items")).hasSize(1);
    }

    private static HttpRequest.Builder keyed(String key, String body) {
        return client.request("/tasks").header("Idempotency-Key", key).POST(BodyPublishers.ofString(body));
    }

    private static void assertProblem(Answer answer, int status, String code) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(status);
        assertThat(answer.response().headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(answer.code()).isEqualTo(code);
        assertThat(answer.text()).doesNotContain("dev.claudepool", "java.", "Exception", directory.toString());
    }

    private static void assertNothingIsStored() {
        assertThat(client.get("/tasks").json().at("/items"))
                .allSatisfy(task -> assertThat(task.at("/tags/0").asString()).isEqualTo("keyed"));
    }
}

package dev.claudepool.acceptance;

import static dev.claudepool.acceptance.ItemAssert.assertThatTask;
import static dev.claudepool.acceptance.RequestBody.task;
import static org.assertj.core.api.Assertions.assertThat;

import dev.claudepool.acceptance.PoolClient.Answer;
import dev.claudepool.demo.Exchange;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What pool, slot and task say arrives at the API, with the real CLI. */
class ConfigurationTest {

    private static final String AS_IT_WAS = "{\"name\":null,\"role\":null,\"description\":null,\"config\":null}";

    @TempDir
    private static Path directory;

    private static TestingPool pool;

    @BeforeAll
    static void start() throws Exception {
        pool = TestingPool.real(
                directory,
                "claude-pool.slots=2",
                "claude-pool.model=sonnet",
                "claude-pool.effort=low",
                "claude-pool.system-prompt=the pool says so",
                "claude-pool.disallowed-tools=Skill");
    }

    @AfterAll
    static void stop() {
        pool.close();
    }

    @BeforeEach
    void forgetWhatTheSlotsAre() {
        patch("slot-0", AS_IT_WAS);
        patch("slot-1", AS_IT_WAS);
    }

    @Test
    void thePoolDecidesWhatNobodyElseDoes() {
        Exchange seen = run(Map.of("slot", "slot-0"));

        assertThat(seen.model()).contains("sonnet");
        assertThat(seen.effort()).isEqualTo("low");
        assertThat(seen.systemPrompt()).contains("the pool says so");
        assertThat(seen.tools()).contains("Agent").doesNotContain("Skill");
    }

    @Test
    void theSlotOverridesThePoolAndTheTaskTheSlot() {
        patch("slot-1", """
                {"config":{"model":"opus","systemPrompt":"the slot says so","disallowedTools":["Agent"]}}""");

        Exchange ofSlot = run(Map.of("slot", "slot-1"));
        Exchange ofTask = run(Map.of(
                "slot",
                "slot-1",
                "model",
                "sonnet",
                "effort",
                "high",
                "systemPrompt",
                "the task says so",
                "disallowedTools",
                List.of("Workflow")));
        Exchange ofOther = run(Map.of("slot", "slot-0"));

        assertThat(ofSlot.model()).contains("opus");
        assertThat(ofSlot.systemPrompt()).contains("the slot says so").doesNotContain("the pool says so");
        assertThat(ofSlot.tools()).doesNotContain("Skill", "Agent");
        assertThat(ofTask.model()).contains("sonnet");
        assertThat(ofTask.effort()).isEqualTo("high");
        assertThat(ofTask.systemPrompt()).contains("the task says so").doesNotContain("the slot says so");
        assertThat(ofTask.tools()).doesNotContain("Skill", "Agent", "Workflow");
        assertThat(ofOther.model()).contains("sonnet");
        assertThat(ofOther.systemPrompt()).contains("the pool says so");
    }

    @Test
    void nullTakesASettingOfASlotAway() {
        patch("slot-1", """
                {"name":"Ada","config":{"model":"opus","systemPrompt":"the slot says so"}}""");
        JsonNode slot = patch("slot-1", """
                {"config":{"systemPrompt":null}}""");

        Exchange seen = run(Map.of("slot", "slot-1"));

        assertThat(slot.at("/name").asString()).isEqualTo("Ada");
        assertThat(seen.model()).contains("opus");
        assertThat(seen.systemPrompt()).contains("the pool says so").doesNotContain("the slot says so");
    }

    @Test
    void permissionsAndTurnsFollowTheCascade() {
        String write = "[[tool:Write {\"file_path\":\"%s\",\"content\":\"x\"}]][[echo:done]]"
                .formatted(pool.workingDirectory().resolve("written"));

        Answer planned = pool.client().run(write);
        patch("slot-1", """
                {"config":{"permissionMode":"acceptEdits"}}""");
        Answer accepted = pool.client().post("/run?wait=PT5M", task(write).with("slot", "slot-1"));
        patch("slot-1", """
                {"config":{"maxTurns":1}}""");
        Answer limited = pool.client().post("/run?wait=PT5M", task(write).with("slot", "slot-1"));

        assertThat(planned.status()).isEqualTo(200);
        assertThat(accepted.json().at("/permissionDenials")).isEmpty();
        assertThat(pool.workingDirectory().resolve("written")).exists();
        assertThatTask(limited.json()).hasErrorCode("max-turns-reached");
    }

    @Test
    void aSchemaOfTheSlotShapesTheAnswer() {
        patch("slot-1", """
                {"config":{"outputSchema":{"type":"object","properties":{"n":{"type":"integer"}},"required":["n"]}}}""");

        Answer answer = pool.client()
                .post("/run?wait=PT5M", task("[[schema {\"n\":7}]]").with("slot", "slot-1"));

        assertThat(answer.json().at("/structuredOutput/n").asInt())
                .as(answer.text())
                .isEqualTo(7);
        assertThat(lastExchange().tools()).contains("StructuredOutput");
    }

    @Test
    void mcpServersAreThereForTheTasksThatMayUseThem() throws Exception {
        Path server = directory.resolve("server.mjs");
        try (InputStream script = Objects.requireNonNull(getClass().getResourceAsStream("/mcp/server.mjs"))) {
            Files.copy(script, server);
        }
        Map<String, Object> task = task("[[tool:mcp__words__word {}]][[recall]][[echo:done]]")
                .with("permissionMode", "default")
                .with("allowedTools", List.of("mcp__words__word"))
                .with(
                        "mcpServers",
                        Map.of(
                                "words",
                                Map.of(
                                        "command",
                                        "node",
                                        "args",
                                        List.of(server.toString()),
                                        "env",
                                        Map.of("WORD", "s3cret"))));

        String id = pool.client().submit(task);
        JsonNode ended = pool.client().awaitEnd(id, Duration.ofMinutes(1));

        assertThatTask(ended).hasSucceeded();
        assertThat(pool.client().get("/tasks/" + id + "/events").text()).contains("the word is s3cret");
        try (var left = Files.newDirectoryStream(pool.dataDirectory(), "mcp-*")) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void whatIsWrongIsRefusedWhereItEnters() {
        assertThat(errorField("{\"config\":{\"effort\":\"huge\"}}")).isEqualTo("config.effort");
        assertThat(errorField("{\"config\":{\"timeout\":\"PT0S\"}}")).isEqualTo("config.timeout");
        assertThat(errorField("{\"config\":{\"allowedTools\":[\"--x\"]}}")).isEqualTo("config.allowedTools");
        assertThat(errorField("{\"config\":{\"allowedTools\":[null]}}")).isEqualTo("config.allowedTools");
        assertThat(errorField("{\"config\":{\"outputSchema\":{\"type\":\"nonsense\"}}}"))
                .isEqualTo("config.outputSchema");
        assertThat(errorField("{\"config\":{\"mcpServers\":{\"a\":{}}}}")).isEqualTo("config.mcpServers");
        assertThat(errorField("{\"config\":{\"model\":\"a\",\"fallbackModel\":\"a\"}}"))
                .isEqualTo("config.fallbackModel");
        assertThat(errorField("{\"config\":{\"colour\":\"red\"}}")).isEqualTo("config.colour");
        assertThat(errorField("{\"config\":7}")).isEqualTo("config");
        assertThat(errorField("{\"colour\":\"red\"}")).isEqualTo("colour");
        assertThat(errorField("{\"role\":\"two words\"}")).isEqualTo("role");
        assertThat(errorField("{\"name\":\" \"}")).isEqualTo("name");
        assertThat(errorField("[]")).isEqualTo("body");
        assertThat(pool.client().patch("/slots/slot-9", "{\"name\":\"x\"}").code())
                .isEqualTo("slot-not-found");
        assertThat(pool.client().get("/slots/slot-0").json().at("/name").isNull())
                .isTrue();
    }

    private Exchange run(Map<String, ?> task) {
        Map<String, Object> whole = new HashMap<>(task);
        whole.put("prompt", "[[echo:fine]]");
        Answer answer = pool.client().post("/run?wait=PT5M", whole);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return lastExchange();
    }

    private Exchange lastExchange() {
        return pool.api().exchanges().getLast();
    }

    private static JsonNode patch(String slot, String change) {
        Answer answer = pool.client().patch("/slots/" + slot, change);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.json();
    }

    private String errorField(String change) {
        Answer answer = pool.client().patch("/slots/slot-0", change);
        assertThat(answer.status()).as(answer.text()).isEqualTo(400);
        return answer.json().at("/errors/0/field").asString(answer.text());
    }
}

package dev.claudepool.acceptance;

import static dev.claudepool.acceptance.ItemAssert.assertThatTask;
import static dev.claudepool.acceptance.RequestBody.task;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

/** What the real CLI cannot be made to do: each ends in the right code, the slot recovers, no process remains. */
class UnrulyCliTest {

    private static final Duration LONGEST = Duration.ofMinutes(1);

    @TempDir
    static Path directory;

    private static TestingPool pool;

    @BeforeAll
    static void start() throws Exception {
        pool = TestingPool.stubbed(
                directory,
                "claude-pool.slots=1",
                "claude-pool.cli.first-byte-timeout=3s",
                "claude-pool.cli.silence-timeout=3s",
                "claude-pool.cli.stop-grace=500ms",
                "claude-pool.cli.max-line=32MB",
                "claude-pool.task.max-output=20MB");
    }

    @AfterAll
    static void stop() {
        pool.close();
        await("no process is left")
                .atMost(Duration.ofSeconds(20))
                .until(() -> Processes.withEnvironment(directory.toString()).isEmpty());
    }

    @AfterEach
    void slotRecovers() {
        await().atMost(LONGEST).until(() -> slot().at("/state").asString().equals("IDLE"));
        assertThatTask(pool.client().run("and now").json()).hasOutput("echo: and now");
        await("only the spare is left")
                .atMost(LONGEST)
                .until(() -> slot().at("/state").asString().equals("IDLE")
                        && Processes.withEnvironment(directory.toString()).size() == 1);
    }

    @ParameterizedTest
    @CsvSource({
        "STUB:die-mid-line, cli-exited",
        "STUB:exit 3, cli-exited",
        "STUB:stderr-flood 300, cli-exited",
        "STUB:close-stdout, cli-exited",
        "STUB:grandchildren-exit, cli-exited",
        "STUB:silence, cli-silent",
        "STUB:no-first-byte, first-byte-timeout",
        "STUB:ignore-signals, cli-silent",
        "STUB:grandchildren-hang, cli-silent",
        "STUB:big 40, output-too-large",
        "STUB:error 400, api-error",
        "STUB:error 401, authentication-failed",
        "STUB:fail error_during_execution, execution-error",
        "STUB:huge-number, execution-error",
        "STUB:spend 1e300 0, output-invalid",
        "STUB:spend -1 0, output-invalid",
        "STUB:retry overloaded 1000000000000000, output-invalid",
        "STUB:limit 9223372036854775807, output-invalid",
        "STUB:limit 99999999999, output-invalid",
        "'STUB:wrong-result {\"total_cost_usd\":10000000000}', output-invalid",
        "'STUB:wrong-result {\"total_cost_usd\":1e300}', output-invalid",
        "'STUB:wrong-result {\"session_id\":\"none\"}', output-invalid",
        "'STUB:wrong-result {\"duration_ms\":1e300}', output-invalid",
        "'STUB:wrong-result {\"modelUsage\":{\"m\":{\"inputTokens\":-1}}}', output-invalid",
        "'STUB:line {\"type\":\"result\",\"total_cost_usd\":1e99999999999}', output-invalid",
        "'STUB:line {\"type\":\"assistant\",\"message\":{\"content\":[#30000]}}', output-too-large",
        "STUB:deep-result 101, output-too-large",
        "STUB:deep-result 497, output-too-large",
        "STUB:blank, task-failed"
    })
    void failureHasItsCode(String prompt, String code) {
        String id = pool.client().submit(prompt);

        JsonNode task = pool.client().awaitEnd(id, LONGEST);

        assertThatTask(task).hasFailed(code);
        pool.client().post("/pool/resume", Map.of()); // a 401 stops dispatching
    }

    @ParameterizedTest
    @CsvSource({
        "STUB:split-utf8 grüße 😀, grüße 😀",
        "STUB:noise, after the noise",
        "STUB:grandchildren, started grandchildren"
    })
    void oddOutputIsNoFailure(String prompt, String output) {
        assertThatTask(pool.client().run(prompt).json()).hasOutput(output);
    }

    @Test
    void deepAnswersStoredInThePastAreStillListed() {
        String id = pool.client()
                .post("/fan-outs?wait=PT30S", Map.of("prompts", List.of("one", "two")))
                .json()
                .at("/id")
                .asString();
        String deep = "{\"in\":".repeat(497) + "1" + "}".repeat(497);
        pool.bean(JdbcClient.class)
                .sql("update task set result = :deep || substr(result, 2) where fan_out_id = :id")
                .param("deep", "{\"structuredOutput\":" + deep + ",")
                .param("id", id)
                .update();

        for (String path : List.of("/tasks", "/fan-outs", "/fan-outs/" + id)) {
            assertThat(pool.client().get(path).status()).as(path).isEqualTo(200);
        }
        assertThat(pool.client().get("/fan-outs/" + id).text()).contains(deep);
        pool.bean(JdbcClient.class).sql("update task set result = null").update();
    }

    @Test
    void lineOfTwentyMegabytesArrivesWhole() {
        JsonNode result = pool.client().run("STUB:big 20").json();

        assertThat(result.at("/output").asString()).hasSize(20 * 1024 * 1024);
        assertThat(result.at("/outputTruncated").asBoolean()).isFalse();
    }

    @Test
    void longerAnswerIsCutAndSaysSo() {
        JsonNode result = pool.client().run("STUB:big 21").json();

        assertThat(result.at("/output").asString()).hasSize(20 * 1024 * 1024);
        assertThat(result.at("/outputTruncated").asBoolean()).isTrue();
    }

    @Test
    void exitCodeAndTheEndOfStderrAreInTheTask() {
        JsonNode task = pool.client().awaitEnd(pool.client().submit("STUB:exit 3"), LONGEST);

        assertThat(task.at("/error/exitCode").asInt()).isEqualTo(3);
        assertThat(task.at("/error/stderr").asString()).contains("stub exits");
    }

    @Test
    void retryableFailureIsTriedAgain() {
        JsonNode task =
                pool.client().awaitEnd(pool.client().submit(task("STUB:exit 3").with("retries", 1)), LONGEST);

        assertThatTask(task).hasAttempts(2).hasState("FAILED");
    }

    private static JsonNode slot() {
        return pool.client().get("/slots/slot-0").json();
    }
}

package dev.claudepool.acceptance;

import static dev.claudepool.acceptance.RequestBody.step;
import static dev.claudepool.acceptance.RequestBody.task;
import static org.assertj.core.api.Assertions.assertThat;

import dev.claudepool.acceptance.PoolClient.Answer;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** A pool that nobody configured, with the real CLI: its one token cannot make it do whatever its user can. */
@ExtendWith(OutputCaptureExtension.class)
class SubmissionLimitsTest {

    private static final Map<String, Object> STARTS_A_PROGRAM =
            Map.of("trap", Map.of("command", "touch", "args", List.of("started")));

    @TempDir
    private static Path directory;

    private static TestingPool pool;

    @BeforeAll
    static void start() throws Exception {
        pool = TestingPool.real(directory, "claude-pool.slots=1", "claude-pool.task.unrestricted-roles=");
    }

    @AfterAll
    static void stop() {
        pool.close();
    }

    @Test
    void noTaskStartsAProgramWithoutTheModel() {
        Answer refused = pool.client()
                .post("/run", task("[[echo:x]]").with("permissionMode", "plan").with("mcpServers", STARTS_A_PROGRAM));

        assertThat(pool.workingDirectory().resolve("started")).doesNotExist();
        assertThat(List.of(refused.status(), refused.code())).containsExactly(403, "forbidden");
        assertThat(refused.json().at("/errors/0/message").asString())
                .isEqualTo("must be left out (claude-pool.task.mcp-servers)");
    }

    @Test
    void noTaskGetsAShell() {
        Answer refused = pool.client()
                .post(
                        "/run",
                        task("[[tool:Bash {\"command\":\"touch shell\"}]][[echo:x]]")
                                .with("permissionMode", "default")
                                .with("allowedTools", List.of("Bash(touch *)")));

        assertThat(pool.workingDirectory().resolve("shell")).doesNotExist();
        assertThat(refused.code()).isEqualTo("forbidden");
    }

    private static Stream<Arguments> requests() {
        Map<String, ?> edits = Map.of("permissionMode", "acceptEdits");
        Map<String, ?> tools = Map.of("allowedTools", List.of("Read", "Bash(git *)"));
        Map<String, ?> servers = Map.of("mcpServers", STARTS_A_PROGRAM);
        return Stream.of(
                Arguments.of("/run", taskWith(edits), "permissionMode"),
                Arguments.of("/tasks", taskWith(tools), "allowedTools[1]"),
                Arguments.of("/tasks", taskWith(servers), "mcpServers"),
                Arguments.of("/tasks", taskWith(Map.of("mcpServers", List.of("words"))), "mcpServers"),
                Arguments.of("/tasks", taskWith(Map.of("slashCommands", true)), "slashCommands"),
                Arguments.of("/chains", chain(edits), "steps[1].config.permissionMode"),
                Arguments.of("/chains", chain(servers), "steps[1].config.mcpServers"),
                Arguments.of(
                        "/fan-outs",
                        Map.of("tasks", List.of(taskWith(Map.of()), taskWith(tools))),
                        "tasks[1].allowedTools[1]"),
                Arguments.of(
                        "/fan-outs",
                        Map.of("chains", List.of(chain(tools))),
                        "chains[0].steps[1].config.allowedTools[1]"));
    }

    private static RequestBody taskWith(Map<String, ?> members) {
        RequestBody task = task("[[echo:x]]");
        task.putAll(members);
        return task;
    }

    private static Map<String, Object> chain(Map<String, ?> config) {
        return Map.of(
                "steps",
                List.of(step("one", "[[echo:x]]"), step("two", "[[echo:x]]").with("config", config)));
    }

    @ParameterizedTest
    @MethodSource("requests")
    void everyRequestThatMakesTasksIsRefusedWithItsField(String path, Map<String, ?> request, String field) {
        Answer refused = pool.client().post(path, request);

        assertThat(refused.status()).as(refused.text()).isEqualTo(403);
        assertThat(refused.json().at("/errors/0/field").asString()).isEqualTo(field);
    }

    @Test
    void aSlotIsNotConfiguredBeyondTheLimits() {
        Answer refused = pool.client().patch("/slots/slot-0", """
                {"config":{"mcpServers":{"trap":{"command":"touch","args":["started"]}}}}""");
        Answer named = pool.client().patch("/slots/slot-0", """
                {"name":"Ada","config":{"allowedTools":["Read","Grep"]}}""");

        assertThat(refused.status()).as(refused.text()).isEqualTo(403);
        assertThat(refused.json().at("/errors/0/field").asString()).isEqualTo("config.mcpServers");
        assertThat(named.status()).as(named.text()).isEqualTo(200);
        assertThat(Files.exists(pool.workingDirectory().resolve("started"))).isFalse();
    }

    @Test
    void aTaskUsesServersThatThePoolLists(@TempDir Path own) throws Exception {
        Path server = own.resolve("server.mjs");
        try (InputStream script = Objects.requireNonNull(getClass().getResourceAsStream("/mcp/server.mjs"))) {
            Files.copy(script, server);
        }
        Path servers = Files.writeString(own.resolve("servers.json"), """
                {"mcpServers":{"words":{"command":"node","args":["%s"],"env":{"WORD":"s3cret"}}}}""".formatted(server));
        try (TestingPool listing = TestingPool.real(
                own,
                "claude-pool.slots=1",
                "claude-pool.task.unrestricted-roles=",
                "claude-pool.task.mcp-servers=listed",
                "claude-pool.task.mcp-config=" + servers,
                "claude-pool.task.allowed-tools=mcp__words__*")) {
            Map<String, Object> task = new HashMap<>(task("[[tool:mcp__words__word {}]][[recall]][[echo:done]]")
                    .with("permissionMode", "default")
                    .with("allowedTools", List.of("mcp__words__word"))
                    .with("mcpServers", List.of("words")));

            String id = listing.client().submit(task);
            String state = listing.client()
                    .awaitEnd(id, Duration.ofMinutes(5))
                    .at("/state")
                    .asString();
            task.put("mcpServers", STARTS_A_PROGRAM);
            Answer defined = listing.client().post("/run", task);
            task.put("mcpServers", List.of("words", "others"));
            Answer unknown = listing.client().post("/run", task);

            assertThat(state).isEqualTo("SUCCEEDED");
            assertThat(listing.client().get("/tasks/" + id + "/events").text()).contains("the word is s3cret");
            assertThat(defined.json().at("/errors/0/message").asString(defined.text()))
                    .isEqualTo("must be an array of names (claude-pool.task.mcp-servers)");
            assertThat(List.of(
                            unknown.status(),
                            unknown.json().at("/errors/0/field").asString(unknown.text())))
                    .containsExactly(400, "mcpServers[1]");
        }
    }

    @Test
    void whatAnAdministratorSetBeforeTheLimitsIsKept(@TempDir Path own, CapturedOutput output) throws Exception {
        try (TestingPool before = TestingPool.stubbed(own, "claude-pool.slots=1")) {
            Answer set = before.client().patch("/slots/slot-0", """
                    {"config":{"permissionMode":"acceptEdits"}}""");
            assertThat(set.status()).as(set.text()).isEqualTo(200);
        }
        try (TestingPool now =
                TestingPool.stubbed(own, "claude-pool.slots=1", "claude-pool.task.unrestricted-roles=")) {
            Answer renamed = now.client().patch("/slots/slot-0", """
                    {"name":"Ada"}""");

            assertThat(renamed.json().at("/config/permissionMode").asString(renamed.text()))
                    .isEqualTo("acceptEdits");
            assertThat(output).contains("Slot slot-0 keeps a setting that could not be made now");
        }
    }
}

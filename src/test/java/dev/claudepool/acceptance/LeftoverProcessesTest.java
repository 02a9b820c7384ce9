package dev.claudepool.acceptance;

import static dev.claudepool.acceptance.ItemAssert.assertThatTask;
import static dev.claudepool.acceptance.RequestBody.task;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.claudepool.claude.RealCli;
import dev.claudepool.demo.MessagesApi;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nothing that a task started goes on after it, and nothing that a repository wants is started; with the real CLI. */
class LeftoverProcessesTest {

    private static final Duration SOON = Duration.ofSeconds(30);

    @TempDir
    Path directory;

    @Test
    void toolOfACancelledTaskIsEnded() throws Exception {
        try (TestingPool pool = TestingPool.real(directory, "claude-pool.slots=1")) {
            String id = pool.client().submit(endlessTool("PT10M"));
            awaitTool();

            pool.client().post("/tasks/" + id + "/cancel", Map.of());

            awaitNoTool();
            pool.client().awaitState(id, "CANCELLED", SOON);
        }
    }

    @Test
    void toolOfATaskThatRunsOutOfTimeIsEnded() throws Exception {
        try (TestingPool pool = TestingPool.real(directory, "claude-pool.slots=1")) {
            String id = pool.client().submit(endlessTool("PT4S"));
            awaitTool();

            assertThatTask(pool.client().awaitState(id, "FAILED", SOON)).hasErrorCode("task-timed-out");

            awaitNoTool();
            assertThat(pool.client().get("/tasks/" + id + "/result").status()).isEqualTo(504);
        }
    }

    @Test
    void whatDetachedAndClearedItsEnvironmentEndsWithItsTask() throws Exception {
        assumeTrue(Processes.canBeGrouped(), "cgroup v2 can be written");
        try (TestingPool pool = TestingPool.real(directory, "claude-pool.slots=1")) {
            String command = "setsid env -i sh -c 'echo $$ > %s; exec sleep 1000' > /dev/null 2>&1 &"
                    .formatted(directory.resolve("pid"));

            assertThat(pool.client()
                            .post(
                                    "/run",
                                    task(tool(command))
                                            .with("permissionMode", "acceptEdits")
                                            .with("allowedTools", List.of("Bash")))
                            .status())
                    .isEqualTo(200);

            String pid = await().atMost(SOON)
                    .until(
                            () -> Files.exists(directory.resolve("pid"))
                                    ? Files.readString(directory.resolve("pid")).strip()
                                    : "",
                            text -> !text.isEmpty());
            await("it is gone")
                    .atMost(SOON)
                    .until(() -> ProcessHandle.of(Long.parseLong(pid)).isEmpty());
        }
    }

    @Test
    void toolOfAKilledServiceIsEndedAtItsNextStart() throws Exception {
        try (MessagesApi api = MessagesApi.start()) {
            List<String> properties =
                    TestingPool.properties(directory, RealCli.executable(), api, "claude-pool.slots=1");
            ServiceProcess service = ServiceProcess.start(directory, properties);
            service.client().submit(endlessTool("PT10M"));
            awaitTool();
            List<Long> before = Processes.withEnvironment(directory.toString());

            service.kill();

            try (ServiceProcess restarted = ServiceProcess.start(directory, properties)) {
                await().atMost(SOON)
                        .until(() -> Processes.withEnvironment(directory.toString()).stream()
                                .noneMatch(before::contains));
                assertThat(restarted.client().get("/pool").status()).isEqualTo(200);
            }
        }
    }

    @Test
    void hooksAndServersOfARepositoryAreNotStarted() throws Exception {
        Path repository = Files.createDirectories(directory.resolve("work"));
        Path trace = directory.resolve("trace");
        Files.createDirectories(repository.resolve(".claude"));
        Files.writeString(repository.resolve(".claude/settings.json"), """
                {"hooks": {
                  "SessionStart": [{"hooks": [{"type": "command", "command": "touch %1$s"}]}],
                  "UserPromptSubmit": [{"hooks": [{"type": "command", "command": "touch %1$s"}]}],
                  "Stop": [{"hooks": [{"type": "command", "command": "touch %1$s"}]}]},
                 "env": {"LEAK": "yes"}}""".formatted(trace));
        Files.writeString(repository.resolve(".mcp.json"), """
                {"mcpServers": {"trap": {"command": "touch", "args": ["%s"]}}}""".formatted(trace));

        try (TestingPool pool = TestingPool.real(directory, "claude-pool.slots=1")) {
            assertThat(pool.client().run("[[echo:hello]]").status()).isEqualTo(200);
        }

        assertThat(trace).doesNotExist();
    }

    private static Map<String, Object> endlessTool(String timeout) {
        return task(tool("tail -f /dev/null"))
                .with("permissionMode", "acceptEdits")
                .with("allowedTools", List.of("Bash"))
                .with("timeout", timeout);
    }

    private static String tool(String command) {
        return "[[tool:Bash {\"command\":\"%s\",\"description\":\"wait\"}]][[echo:done]]".formatted(command);
    }

    private void awaitTool() {
        await("the tool runs").atMost(SOON).until(this::toolRuns);
    }

    private void awaitNoTool() {
        await("the tool is gone").atMost(SOON).until(() -> !toolRuns());
    }

    private boolean toolRuns() {
        return Processes.withEnvironment(directory.toString()).stream()
                .anyMatch(pid -> Processes.commandLine(pid).startsWith("tail\0-f\0/dev/null"));
    }
}

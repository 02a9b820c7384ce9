package dev.claudepool.acceptance;

import static dev.claudepool.acceptance.RequestBody.task;
import static dev.claudepool.acceptance.ToolUses.results;
import static dev.claudepool.acceptance.ToolUses.use;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The CLI asks the API for nothing that no task has ordered, with the real CLI. */
class NothingWithoutATurnTest {

    /** Without the pool's precautions, the unwanted request comes within a second. */
    private static final Duration LONG_ENOUGH = Duration.ofSeconds(8);

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"plan", "acceptEdits"})
    void tasksHaveNoToolsThatActLaterOrReachOthers(String mode) throws Exception {
        try (TestingPool pool = TestingPool.real(directory, "claude-pool.slots=1")) {
            String prompt = use(
                            "CronCreate",
                            task("later")
                                    .with("cron", "* * * * *")
                                    .with("recurring", true)
                                    .with("durable", true))
                    + use(
                            "ScheduleWakeup",
                            task("later").with("delaySeconds", 60).with("reason", "x"))
                    + use("SendMessage", Map.of("to", "x", "message", "hello", "summary", "x"))
                    + use("ListAgents", Map.of())
                    + use("Monitor", Map.of("command", "sleep 1", "description", "x"));

            List<String> results = results(pool, prompt, mode);

            assertThat(results).hasSize(5).allMatch(result -> result.contains("No such tool available"));
            assertThat(pool.workingDirectory().resolve(".claude")).doesNotExist();
            assertThat(pool.api().exchanges())
                    .allSatisfy(exchange ->
                            assertThat(exchange.tools()).doesNotContain("ScheduleWakeup", "ListAgents", "Workflow"));
        }
    }

    @Test
    void whatARepositoryHasScheduledIsNotRun() throws Exception {
        Path schedule =
                Files.createDirectories(directory.resolve("work/.claude")).resolve("scheduled_tasks.json");
        Files.writeString(
                schedule, """
                {"tasks":[{"id":"abcd1234","cron":"* * * * *","prompt":"SCHEDULED","createdAt":%d,"recurring":true}]}""".formatted(Instant.now().minus(Duration.ofDays(1)).toEpochMilli()));
        try (TestingPool pool = TestingPool.real(
                directory, "claude-pool.slots=1", "claude-pool.cli.environment.[CLAUDE_CODE_DISABLE_CRON]=")) {
            pool.client().post("/pool/pause", Map.of());
            awaitIdleProcess(pool);

            assertThatThrownBy(() ->
                            pool.api().await(exchange -> exchange.lastUserText().contains("SCHEDULED"), LONG_ENOUGH))
                    .as("a request for what is scheduled")
                    .isInstanceOf(IllegalStateException.class);
            assertThat(schedule).content().doesNotContain("lastFiredAt");
        }
    }

    /** Whoever runs as the same user finds the token of a session's socket in the configuration directory. */
    @Test
    void messagesOfOtherProcessesAreNotObeyed() throws Exception {
        try (TestingPool pool =
                TestingPool.real(directory, "claude-pool.slots=1", "claude-pool.isolation=conversation")) {
            results(pool, "[[echo:x]]", "plan");
            awaitIdleProcess(pool);
            Path key = await().atMost(LONG_ENOUGH)
                    .until(() -> key(pool), Optional::isPresent)
                    .orElseThrow();
            JsonNode token = new JsonMapper().readTree(Files.readString(key)).path("peerToken");
            String pid = key.getFileName().toString().replaceAll("\\..*", "");

            try (SocketChannel socket = SocketChannel.open(StandardProtocolFamily.UNIX)) {
                socket.connect(UnixDomainSocketAddress.of("/tmp/cc-socks/" + pid + ".sock"));
                socket.write(ByteBuffer.wrap("""
                        {"type":"auth","token":%s}
                        {"type":"user","message":{"role":"user","content":"INJECTED"}}
                        """.formatted(token).getBytes(UTF_8)));
                assertThatThrownBy(() -> pool.api()
                                .await(exchange -> exchange.lastUserText().contains("INJECTED"), LONG_ENOUGH))
                        .as("a request for the message")
                        .isInstanceOf(IllegalStateException.class);
            }
        }
    }

    private static void awaitIdleProcess(TestingPool pool) {
        await().atMost(Duration.ofSeconds(60))
                .until(
                        () -> pool.client()
                                .get("/slots/slot-0")
                                .json()
                                .path("state")
                                .asString(),
                        "IDLE"::equals);
    }

    private static Optional<Path> key(TestingPool pool) {
        try (Stream<Path> files = Files.list(pool.dataDirectory().resolve("claude/sessions"))) {
            return files.filter(path -> path.toString().endsWith(".key")).findFirst();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

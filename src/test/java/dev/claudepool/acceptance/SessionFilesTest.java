package dev.claudepool.acceptance;

import static dev.claudepool.acceptance.RequestBody.task;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.claudepool.acceptance.PoolClient.Answer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The files that the CLI keeps of a session go with its tasks; with the real CLI. */
class SessionFilesTest {

    private static final Duration SOON = Duration.ofSeconds(30);

    @TempDir
    Path directory;

    @Test
    void goWithTheLastTaskOfTheConversation() throws Exception {
        String ofTask;
        String ofSlot;
        Path foreign = configDirectory().resolve("projects/-home-me/" + UUID.randomUUID() + ".jsonl");
        Files.createDirectories(foreign.resolveSibling("memory"));
        Files.writeString(foreign, "{}\n");
        try (TestingPool pool = TestingPool.real(directory, "claude-pool.slots=1")) {
            ofTask = session(pool.client().run("[[echo:hello]]"));
            ofSlot = session(pool.client().post("/run", task("[[echo:hello]]").with("session", "slot")));
        }
        assertThat(filesOf(ofTask)).isNotEmpty();
        Path elsewhere = Files.createDirectory(directory.resolve("elsewhere"));
        Path throughALink = Files.createFile(elsewhere.resolve(ofTask));
        Files.createSymbolicLink(configDirectory().resolve("link"), elsewhere);

        try (TestingPool pool = TestingPool.real(directory, "claude-pool.slots=1", "claude-pool.retention.tasks=1ms")) {
            await("the files of the task are gone")
                    .atMost(SOON)
                    .until(() -> filesOf(ofTask).isEmpty());
            assertThat(filesOf(ofSlot)).isNotEmpty();
            assertThat(foreign).exists();
            assertThat(throughALink).exists();
            await("the metric tells what is left")
                    .atMost(SOON)
                    .until(() -> pool.client()
                            .get("//actuator/prometheus")
                            .text()
                            .matches("(?s).*claude_pool_cli_files_bytes [1-9].*"));
            assertThat(pool.client().run("[[echo:still]]").status()).isEqualTo(200);
        }
    }

    private static String session(Answer answer) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.json().get("sessionId").asString();
    }

    private List<Path> filesOf(String session) {
        try (Stream<Path> all = Files.walk(configDirectory())) {
            return all.filter(path -> path.toString().contains(session)).toList();
        } catch (IOException | UncheckedIOException e) { // changing while we look
            return List.of(configDirectory());
        }
    }

    private Path configDirectory() {
        return directory.resolve("data/claude");
    }
}

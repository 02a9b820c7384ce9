package dev.claudepool.acceptance;

import static dev.claudepool.acceptance.RequestBody.task;
import static org.assertj.core.api.Assertions.assertThat;

import dev.claudepool.acceptance.PoolClient.Answer;
import dev.claudepool.web.ApiJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.util.FileSystemUtils;
import tools.jackson.databind.JsonNode;

/** The conversations of tasks; with the real CLI. */
class TranscriptTest {

    private static final Duration LONGEST = Duration.ofMinutes(1);

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"process", "conversation"})
    void eachTaskHasItsOwnPartOfTheConversation(String isolation) throws Exception {
        try (TestingPool pool =
                TestingPool.real(directory, "claude-pool.slots=1", "claude-pool.isolation=" + isolation)) {
            PoolClient client = pool.client();
            String before = run(client, task("before [[echo:0]]"));
            String first = run(client, task("first [[echo:1]]"));
            String second = run(client, task("second [[echo:2]]").with("session", first));
            String third = run(client, task("third [[echo:3]]").with("session", first));

            assertThat(contents(client, before)).containsExactly("before [[echo:0]]", "0");
            assertThat(contents(client, first)).containsExactly("first [[echo:1]]", "1");
            assertThat(contents(client, second)).containsExactly("second [[echo:2]]", "2");
            assertThat(contents(client, third)).containsExactly("third [[echo:3]]", "3");
        }
    }

    @Test
    void itShowsUsesOfToolsAndNoSystemPrompt() throws Exception {
        try (TestingPool pool = TestingPool.real(directory, "claude-pool.slots=1")) {
            Path note = Files.writeString(pool.workingDirectory().resolve("note.txt"), "from the file");
            PoolClient client = pool.client();
            String id = run(
                    client,
                    task("[[tool:Read {\"file_path\":\"" + note + "\"}]]").with("systemPrompt", "be secretive"));

            List<JsonNode> messages = messages(transcript(client, id));

            assertThat(messages)
                    .extracting(entry -> entry.at("/type").asString())
                    .containsExactly("user", "assistant", "user", "assistant");
            assertThat(messages.getFirst().propertyNames()).containsExactlyInAnyOrder("type", "at", "message");
            assertThat(messages.get(1).at("/message/content/0/name").asString()).isEqualTo("Read");
            assertThat(messages.get(2).at("/message/content/0/content").asString())
                    .contains("from the file");
            assertThat(transcript(client, id).text()).doesNotContain("be secretive", directory + "/data");
        }
    }

    @Test
    void withoutATranscriptThereIsNone() throws Exception {
        try (TestingPool pool = TestingPool.real(directory, "claude-pool.slots=1")) {
            PoolClient client = pool.client();
            String queued = client.submit(task("a").with("notBefore", "9999-12-31T23:59:59Z"));
            String id = run(client, task("[[echo:hello]]"));

            assertThat(transcript(client, queued).code()).isEqualTo("transcript-not-found");
            assertThat(transcript(client, UUID.randomUUID().toString()).code()).isEqualTo("task-not-found");
            Path file = file(client, id);
            Files.delete(file);
            Answer gone = transcript(client, id);
            assertThat(gone.status()).isEqualTo(404);
            assertThat(gone.code()).isEqualTo("transcript-not-found");
            FileSystemUtils.deleteRecursively(directory.resolve("data/claude/projects"));
            assertThat(transcript(client, id).code()).isEqualTo("transcript-not-found");
        }
    }

    @Test
    void nothingOutsideTheDirectoryOfTheCliIsRead() throws Exception {
        try (TestingPool pool = TestingPool.real(directory, "claude-pool.slots=1")) {
            PoolClient client = pool.client();
            String id = run(client, task("[[echo:hello]]"));
            Path file = file(client, id);
            Path outside = Files.createDirectories(directory.resolve("outside")).resolve(file.getFileName());
            Files.move(file, outside);

            Files.createSymbolicLink(file, outside);
            assertThat(transcript(client, id).code()).isEqualTo("transcript-not-found");
            Files.delete(file);
            new ProcessBuilder("mkfifo", file.toString()).start().waitFor();
            assertThat(Files.exists(file, LinkOption.NOFOLLOW_LINKS)).isTrue();
            assertThat(transcript(client, id).code()).isEqualTo("transcript-not-found");
            FileSystemUtils.deleteRecursively(file.getParent());
            Files.createSymbolicLink(file.getParent(), outside.getParent());
            assertThat(transcript(client, id).code()).isEqualTo("transcript-not-found");
            Path projects = file.getParent().getParent();
            FileSystemUtils.deleteRecursively(projects);
            Files.createDirectories(
                    directory.resolve("elsewhere").resolve(file.getParent().getFileName()));
            Files.copy(
                    outside,
                    directory
                            .resolve("elsewhere")
                            .resolve(file.getParent().getFileName())
                            .resolve(file.getFileName()));
            Files.createSymbolicLink(projects, directory.resolve("elsewhere"));
            assertThat(transcript(client, id).code()).isEqualTo("transcript-not-found");
        }
    }

    private Path file(PoolClient client, String id) throws IOException {
        String name = client.task(id).at("/sessionId").asString() + ".jsonl";
        try (Stream<Path> all = Files.walk(directory.resolve("data/claude/projects"))) {
            return all.filter(path -> path.getFileName().toString().equals(name))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static String run(PoolClient client, Map<String, Object> task) {
        String id = client.submit(task);
        assertThat(client.awaitEnd(id, LONGEST).at("/state").asString()).isEqualTo("SUCCEEDED");
        return id;
    }

    private static List<String> contents(PoolClient client, String id) {
        return messages(transcript(client, id)).stream()
                .map(entry -> entry.at("/message/content"))
                .map(content -> content.isString()
                        ? content.asString()
                        : content.at("/0/text").asString(""))
                .toList();
    }

    private static List<JsonNode> messages(Answer transcript) {
        assertThat(transcript.status()).as(transcript.text()).isEqualTo(200);
        assertThat(transcript.response().headers().firstValue("Content-Type")).contains("application/x-ndjson");
        return transcript
                .text()
                .lines()
                .map(line -> ApiJson.mapper().readTree(line))
                .toList();
    }

    private static Answer transcript(PoolClient client, String id) {
        return client.get("/tasks/" + id + "/transcript");
    }
}

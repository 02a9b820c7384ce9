package dev.claudepool.acceptance;

import static dev.claudepool.acceptance.RequestBody.task;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.claudepool.acceptance.PoolClient.Answer;
import dev.claudepool.claude.RealCli;
import dev.claudepool.demo.MessagesApi;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.util.FileSystemUtils;

/** Tasks that work as another user of the operating system than the service; with the real CLI. */
class OtherUserTest {

    private static final String USER = "nobody";

    private Path directory;

    @BeforeEach
    void makeADirectoryThatTheUserCanEnter() throws IOException {
        assumeTrue(System.getProperty("user.name").equals("root"), "only root can start processes as another user");
        directory = Files.createTempDirectory("other-user");
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @AfterEach
    void deleteIt() throws IOException {
        if (directory != null) {
            FileSystemUtils.deleteRecursively(directory);
        }
    }

    @Test
    void canReadAndEndNothingOfTheService() throws Exception {
        try (MessagesApi api = MessagesApi.start();
                ServiceProcess service = ServiceProcess.start(directory, properties(api))) {
            assertThat(bash(service, "id -un")).contains(USER);
            assertThat(bash(service, "sh -c 'cat " + directory.resolve("data/claude-pool.db") + "'"))
                    .contains("Permission denied");
            assertThat(bash(service, "sh -c 'cat /proc/" + service.pid() + "/environ'"))
                    .contains("Permission denied");
            assertThat(bash(service, "kill -9 " + service.pid())).contains("not permitted");
        }
    }

    @Test
    void theServiceReadsTheTranscriptAsTheUser() throws Exception {
        try (MessagesApi api = MessagesApi.start();
                ServiceProcess service = ServiceProcess.start(directory, properties(api))) {
            Answer run = service.client().run("[[echo:hello]]");
            String transcript = "/tasks/" + run.json().get("taskId").asString() + "/transcript";

            Answer answer = service.client().get(transcript);

            assertThat(answer.status()).as(answer.text()).isEqualTo(200);
            assertThat(answer.text().lines()).hasSize(2).last().asString().contains("hello");
            String session = run.json().get("sessionId").asString();
            FileSystemUtils.deleteRecursively(directory.resolve("home/claude/projects/" + session));
            assertThat(service.client().get(transcript).code()).isEqualTo("transcript-not-found");
        }
    }

    @Test
    void endsWithTheService() throws Exception {
        try (MessagesApi api = MessagesApi.start()) {
            ServiceProcess service = ServiceProcess.start(directory, properties(api));
            assertThat(bash(service, "id -un")).contains(USER);

            service.terminate();

            assertThat(Processes.withEnvironment(directory.toString())).isEmpty();
        }
    }

    private String bash(ServiceProcess service, String command) {
        Answer answer = service.client()
                .post(
                        "/run",
                        task("[[tool:Bash {\"command\":\"%s 2>&1\",\"description\":\"look\"}]][[echo:done]]"
                                        .formatted(command))
                                .with("permissionMode", "default")
                                .with("allowedTools", List.of("Bash")));
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return service.client()
                .get("/tasks/" + answer.json().get("taskId").asString() + "/events")
                .text();
    }

    private List<String> properties(MessagesApi api) throws Exception {
        Path cli = directory.resolve("claude");
        link(RealCli.executable(), cli);
        List<String> properties = new ArrayList<>(TestingPool.properties(
                directory,
                cli,
                api,
                "claude-pool.slots=1",
                "claude-pool.cli.user=" + USER,
                "claude-pool.cli.config-dir=" + directory.resolve("home/claude")));
        Path home = directory.resolve("home");
        Files.setOwner(
                home, home.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(USER));
        return properties;
    }

    /** The directory of the build may be one that the user cannot enter. */
    private static void link(Path program, Path link) throws IOException {
        try {
            Files.createLink(link, program);
        } catch (IOException e) { // another file system
            Files.copy(program, link);
        }
    }
}

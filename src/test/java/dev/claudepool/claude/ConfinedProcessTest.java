package dev.claudepool.claude;

import static org.assertj.core.api.Assertions.assertThat;

import dev.claudepool.demo.MessagesApi;
import dev.claudepool.process.Spawner;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.util.unit.DataSize;

/** The real CLI in a home directory, which contains the data directory and secrets of its user. */
@ExtendWith(OutputCaptureExtension.class)
class ConfinedProcessTest {

    private final MessagesApi api = MessagesApi.start();

    @TempDir
    private Path home;

    private Path data;
    private ClaudeProcess process;

    @BeforeEach
    void start() throws IOException {
        data = Files.createDirectory(home.resolve("data"));
        Files.writeString(data.resolve("application.yaml"), "SECRET-TEXT");
        Files.writeString(data.resolve("token.sha256"), "SECRET-TEXT");
        Files.writeString(Files.createDirectory(home.resolve(".ssh")).resolve("id_rsa"), "SECRET-TEXT");
        Files.writeString(home.resolve(".netrc"), "SECRET-TEXT");
        Files.createSymbolicLink(home.resolve("link"), home.resolve(".ssh"));
        Files.writeString(home.resolve("in.txt"), "INSIDE-TEXT");
        process = launch();
    }

    @AfterEach
    void stop() {
        process.close();
        api.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[[tool:Read {\"file_path\":\"data/application.yaml\"}]]",
                "[[tool:Read {\"file_path\":\"data/token.sha256\"}]]",
                "[[tool:Read {\"file_path\":\".ssh/id_rsa\"}]]",
                "[[tool:Read {\"file_path\":\"link/id_rsa\"}]]",
                "[[tool:Read {\"file_path\":\".netrc\"}]]",
                "[[tool:Bash {\"command\":\"cat data/application.yaml\",\"description\":\"x\"}]]",
                "[[tool:Bash {\"command\":\"cat data/token.sha256\",\"description\":\"x\"}]]",
                "[[tool:Bash {\"command\":\"cat ~/.ssh/id_rsa\",\"description\":\"x\"}]]",
                "[[tool:Bash {\"command\":\"cat link/id_rsa\",\"description\":\"x\"}]]",
            })
    void secretsInTheWorkingDirectoryAreNotReadByTheirNames(String use) throws InterruptedException {
        assertThat(Stubs.ask(process, use)).contains("It said").doesNotContain("SECRET-TEXT");
    }

    @Test
    void otherFilesOfItAreRead() throws InterruptedException {
        assertThat(Stubs.ask(process, "[[tool:Read {\"file_path\":\"in.txt\"}]]"))
                .contains("INSIDE-TEXT");
    }

    @Test
    void itIsWarnedOf(CapturedOutput output) {
        assertThat(output.getAll())
                .contains("Tasks work in a directory that contains the data directory of the service");
    }

    private ClaudeProcess launch() {
        CliProperties properties = new CliProperties(
                RealCli.executable(),
                CliProperties.Install.NEVER,
                null,
                null,
                List.of(),
                Map.of(
                        "HOME",
                        home.toString(),
                        "ANTHROPIC_BASE_URL",
                        api.uri().toString(),
                        "ANTHROPIC_API_KEY",
                        "test"),
                "none",
                Duration.ofSeconds(60),
                Duration.ofSeconds(30),
                Duration.ofSeconds(30),
                Duration.ofSeconds(5),
                DataSize.ofMegabytes(1));
        ClaudeLauncher launcher = new ClaudeLauncher(
                properties,
                RealCli.executable(),
                Optional.empty(),
                new Spawner(Optional.empty()),
                data,
                new SimpleMeterRegistry(),
                InstantSource.system());
        LaunchResult launch = launcher.launch(StubCli.spec(home), new SessionStart.Fresh(UUID.randomUUID()), "slot-0");
        assertThat(launch).isInstanceOf(LaunchResult.Ready.class);
        return ((LaunchResult.Ready) launch).process();
    }
}

package dev.claudepool.claude;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;
import org.springframework.util.unit.DataSize;

class ClaudeCliTest {

    /** Puts a program where npm would put the native one, and notes that it ran. */
    private static final String NPM = """
            #!/bin/sh
            [ "$1 $2" = "ci --prefix" ] || exit 9
            [ -f "$3/package-lock.json" ] || exit 8
            echo x >> "$3/runs"
            mkdir -p "$3/node_modules/@anthropic-ai/claude-code-linux-x64"
            printf '#!/bin/sh\\necho "2.1.330 (Claude Code)"\\n' > "$3/node_modules/@anthropic-ai/claude-code-linux-x64/claude"
            chmod +x "$3/node_modules/@anthropic-ai/claude-code-linux-x64/claude"
            """;

    @TempDir
    Path directory;

    private Path onPath;
    private Path installation;

    @BeforeEach
    void createDirectories() throws IOException {
        onPath = Files.createDirectory(directory.resolve("bin"));
        installation = directory.resolve("data/cli");
    }

    @Test
    void theConfiguredProgramComesFirst() throws IOException {
        Path configured = program(directory, "my-claude", "echo 1.2.3");
        program(onPath, "claude", "echo 2.1.330");

        ClaudeCli cli = cli(configured, CliProperties.Install.NEVER);

        assertThat(cli.program()).isEqualTo(configured);
        assertThat(cli.version()).isEqualTo(new CliVersion(1, 2, 3));
    }

    @Test
    void thenThePathIsSearched() throws IOException {
        Path program = program(onPath, "claude", "echo 2.1.330");

        assertThat(cli(null, CliProperties.Install.IF_MISSING).program()).isEqualTo(program);
    }

    @Test
    void whatIsMissingIsInstalledOnce() throws IOException {
        script(onPath, "npm", NPM);

        Path program = cli(null, CliProperties.Install.IF_MISSING).program();

        assertThat(program).startsWith(installation).hasFileName("claude");
        assertThat(cli(null, CliProperties.Install.NEVER).program()).isEqualTo(program);
        assertThat(installation.resolve("runs")).hasContent("x");
    }

    @Test
    void installersAtTheSameTimeDoNotMeet() throws IOException {
        script(onPath, "npm", NPM);

        List<Path> programs = IntStream.range(0, 4)
                .parallel()
                .mapToObj(i -> cli(null, CliProperties.Install.IF_MISSING).program())
                .toList();

        assertThat(programs).hasSize(4).containsOnly(programs.getFirst());
        assertThat(installation.resolve("runs")).hasContent("x");
    }

    @Test
    void anotherVersionThatWasInstalledIsReplaced() throws IOException {
        script(onPath, "npm", NPM);
        cli(null, CliProperties.Install.IF_MISSING);
        Files.writeString(installation.resolve("installed.json"), "{}");

        cli(null, CliProperties.Install.IF_MISSING);

        assertThat(installation.resolve("runs")).hasContent("x\nx");
    }

    @Test
    void withoutAProgramTheMessageSaysHowToGetIt() {
        assertThatThrownBy(() -> cli(null, CliProperties.Install.NEVER))
                .isInstanceOfSatisfying(CliNotFoundException.class, failure -> {
                    FailureAnalysis analysis =
                            Objects.requireNonNull(new CliNotFoundFailureAnalyzer().analyze(failure));
                    assertThat(analysis.getDescription()).contains("neither on the PATH nor in the data directory");
                    assertThat(analysis.getAction())
                            .contains("npm install --global @anthropic-ai/claude-code@2.1.330")
                            .contains("claude-pool.cli.install=if-missing");
                });
    }

    @Test
    void aConfiguredProgramThatIsNoneIsNotReplacedByAnother() throws IOException {
        program(onPath, "claude", "echo 2.1.330");

        assertThatThrownBy(() -> cli(directory.resolve("nowhere"), CliProperties.Install.NEVER))
                .isInstanceOf(CliNotFoundException.class)
                .hasMessageContaining("claude-pool.cli.path");
    }

    @Test
    void aProgramThatDoesNotPrintItsVersionIsRejected() throws IOException {
        Path broken = program(directory, "broken", "echo oops; exit 1");

        assertThatThrownBy(() -> cli(broken, CliProperties.Install.NEVER))
                .isInstanceOf(CliNotFoundException.class)
                .hasMessageContaining("oops");
    }

    @Test
    void aFailedInstallationQuotesNpm() throws IOException {
        script(onPath, "npm", "#!/bin/sh\necho no network\nexit 1\n");

        assertThatThrownBy(() -> cli(null, CliProperties.Install.IF_MISSING))
                .isInstanceOf(CliNotFoundException.class)
                .hasMessageContaining("no network");
    }

    @Test
    void healthShowsTheVersionAndWhetherTheProgramExists() throws IOException {
        Path program = program(onPath, "claude", "echo 2.1.400");
        CliHealthIndicator indicator = new CliHealthIndicator(cli(null, CliProperties.Install.NEVER));

        Health before = indicator.health();
        Files.delete(program);
        Health after = indicator.health();

        assertThat(before.getStatus()).isEqualTo(Status.UP);
        assertThat(before.getDetails()).containsEntry("version", "2.1.400").containsEntry("tested", "2.1.330");
        assertThat(after.getStatus()).isEqualTo(Status.DOWN);
    }

    @Test
    void theLockFilePinsEveryPackageAndNamesNoRegistry() throws IOException {
        try (InputStream in = Objects.requireNonNull(getClass().getResourceAsStream("/cli/package-lock.json"))) {
            assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8))
                    .contains("\"integrity\": \"sha512-")
                    .doesNotContain("resolved", "http:", "https:");
        }
    }

    private ClaudeCli cli(@Nullable Path path, CliProperties.Install install) {
        CliProperties properties = new CliProperties(
                path,
                install,
                null,
                null,
                List.of(),
                Map.of("PATH", "/usr/bin:/bin"),
                "none",
                Duration.ofSeconds(10),
                Duration.ofSeconds(1),
                Duration.ofSeconds(1),
                Duration.ofSeconds(1),
                DataSize.ofMegabytes(1));
        return new ClaudeCli(properties, directory.resolve("data"), Map.of("PATH", onPath + ":/usr/bin:/bin"));
    }

    private static Path program(Path directory, String name, String says) throws IOException {
        return script(directory, name, "#!/bin/sh\n" + says + "\n");
    }

    private static Path script(Path directory, String name, String text) throws IOException {
        Path script = Files.writeString(directory.resolve(name), text);
        return Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}

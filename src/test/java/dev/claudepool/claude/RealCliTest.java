package dev.claudepool.claude;

import static org.assertj.core.api.Assertions.assertThat;

import dev.claudepool.process.CookieFactory;
import dev.claudepool.process.ProcessTree;
import dev.claudepool.process.Spawner;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.unit.DataSize;
import tools.jackson.databind.node.JsonNodeFactory;

/** What we rely on in the real CLI, as far as that can be seen without an API. */
@Timeout(120)
class RealCliTest {

    private static Path program;

    @TempDir
    Path directory;

    @BeforeAll
    static void install() {
        program = RealCli.executable();
    }

    @Test
    void isTheVersionThatIsPinned() {
        CliEnvironment environment =
                new CliEnvironment(properties(), directory.resolve("config"), Optional.empty(), System.getenv());

        assertThat(CliVersion.of(program, Optional.empty(), environment, Duration.ofSeconds(30)))
                .isEqualTo(CliVersion.TESTED);
    }

    @Test
    void startsSwitchesAndEndsWithoutATrace() {
        ClaudeLauncher launcher = launcher();
        LaunchSpec spec = spec(null, null, PermissionMode.PLAN);
        LaunchResult launch = launcher.launch(spec, new SessionStart.Fresh(UUID.randomUUID()), "slot-0");
        assertThat(launch).isInstanceOf(LaunchResult.Ready.class);
        ClaudeProcess process = ((LaunchResult.Ready) launch).process();

        for (PermissionMode mode : PermissionMode.values()) {
            if (mode != PermissionMode.BYPASS_PERMISSIONS) {
                assertThat(process.switchTo(spec("sonnet", Effort.MAX, mode))).isEmpty();
            }
        }
        assertThat(process.switchTo(spec)).isEmpty();
        process.close();

        assertThat(ProcessTree.bearing(new CookieFactory(directory)::isLeftover))
                .isEmpty();
    }

    @Test
    void doesNotFindAnUnknownSession() {
        LaunchResult launch = launcher()
                .launch(spec(null, null, PermissionMode.PLAN), new SessionStart.Resume(UUID.randomUUID()), "slot-0");

        assertThat(launch)
                .isInstanceOfSatisfying(
                        LaunchResult.Failed.class,
                        failed -> assertThat(failed.failure().code()).isEqualTo(FailureCode.SESSION_NOT_FOUND));
    }

    private ClaudeLauncher launcher() {
        return new ClaudeLauncher(
                properties(),
                program,
                Optional.empty(),
                new Spawner(Optional.empty()),
                directory,
                new SimpleMeterRegistry(),
                InstantSource.system());
    }

    private CliProperties properties() {
        return new CliProperties(
                program,
                CliProperties.Install.NEVER,
                directory.resolve("config"),
                null,
                List.of(),
                Map.of("ANTHROPIC_BASE_URL", "http://127.0.0.1:1", "ANTHROPIC_API_KEY", "none"),
                "none",
                Duration.ofSeconds(60),
                Duration.ofSeconds(30),
                Duration.ofSeconds(30),
                Duration.ofSeconds(5),
                DataSize.ofMegabytes(1));
    }

    private LaunchSpec spec(@Nullable String model, @Nullable Effort effort, PermissionMode mode) {
        return new LaunchSpec(
                directory,
                "an identity",
                model,
                effort,
                mode,
                List.of("Read", "Bash(git log:*)"),
                List.of("WebFetch"),
                7,
                null,
                null,
                JsonNodeFactory.instance.objectNode().put("type", "object"));
    }
}

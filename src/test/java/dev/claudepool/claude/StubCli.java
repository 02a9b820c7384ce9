package dev.claudepool.claude;

import dev.claudepool.process.Spawner;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.springframework.util.unit.DataSize;

/**
 * A stand-in for the CLI that does what the prompt tells it: {@code STUB:sleep 200}, {@code STUB:die-mid-line}, ...;
 * any other prompt {@code x} is answered with {@code echo: x} and costs $0.0008, 100 tokens in and 20 out. The commands
 * are in {@code stub-cli/claude.mjs}. How it starts is steered by the variable {@link #START}.
 */
public final class StubCli {

    /**
     * {@code exit}, {@code silent}, {@code refuse}, {@code deaf}, {@code stubborn}, {@code die-warming},
     * {@code die-idle} or {@code stray}.
     */
    public static final String START = "STUB_START";

    /** Where stubs keep their sessions, and what they did {@code once}; common to all of this JVM unless it is set. */
    public static final String HOME = "STUB_HOME";

    /** {@code exit}: no session can be resumed. */
    public static final String RESUME = "STUB_RESUME";

    /** What {@code /clear} does: {@code keep}, {@code same-id}, {@code no-reset} or {@code prompt}. */
    public static final String CLEAR = "STUB_CLEAR";

    private static final Path PROGRAM = unpack();

    private StubCli() {}

    /** The program, for {@code claude-pool.cli.path}; it needs Node. */
    public static Path program() {
        return PROGRAM;
    }

    /** A launcher of stubs that waits 10 s for a start, 5 s for a message, and 500 ms at each step of stopping. */
    public static ClaudeLauncher launcher(Path dataDirectory) {
        return launcher(dataDirectory, Map.of());
    }

    /** The same with further environment variables for the stubs. */
    public static ClaudeLauncher launcher(Path dataDirectory, Map<String, String> environment) {
        return launcher(dataDirectory, environment, Duration.ofSeconds(5));
    }

    static ClaudeLauncher launcher(Path dataDirectory, Map<String, String> environment, Duration patience) {
        return launcher(PROGRAM, dataDirectory, environment, patience);
    }

    /** The same for another program. */
    static ClaudeLauncher launcher(
            Path program, Path dataDirectory, Map<String, String> environment, Duration patience) {
        CliProperties properties = new CliProperties(
                program,
                CliProperties.Install.NEVER,
                null,
                null,
                List.of(),
                environment,
                "none",
                patience.multipliedBy(2),
                patience,
                patience,
                Duration.ofMillis(500),
                DataSize.ofMegabytes(32));
        return new ClaudeLauncher(
                properties,
                program,
                Optional.empty(),
                new Spawner(Optional.empty()),
                dataDirectory,
                new SimpleMeterRegistry(),
                InstantSource.system());
    }

    /** A spec without anything special. */
    public static LaunchSpec spec(Path workingDirectory) {
        return new LaunchSpec(
                workingDirectory, "", null, null, PermissionMode.PLAN, List.of(), List.of(), null, null, null, null);
    }

    private static Path unpack() {
        try (InputStream script = Objects.requireNonNull(StubCli.class.getResourceAsStream("/stub-cli/claude.mjs"))) {
            Path home = Files.createTempDirectory("stub-cli");
            home.toFile().deleteOnExit();
            Path module = home.resolve("claude.mjs");
            Files.copy(script, module);
            Path program = home.resolve("claude");
            Files.writeString(
                    program,
                    "#!/bin/sh\nexport STUB_HOME=\"${STUB_HOME:-%s}\"\nexec node '%s' \"$@\"\n"
                            .formatted(home, module));
            Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
            return program;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

package dev.claudepool.claude;

import dev.claudepool.process.Command;
import dev.claudepool.process.SearchPath;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Installs the tested version of the CLI into a directory, from the committed lock file, with npm. The program is a
 * native binary in an optional package of the platform, so no install script is needed or run. Several processes may
 * install into one directory at once.
 */
final class CliInstaller {

    private static final Logger log = LoggerFactory.getLogger(CliInstaller.class);
    private static final List<String> FILES = List.of("package.json", "package-lock.json");
    private static final Duration LONGEST = Duration.ofMinutes(10);

    /** File locks are between processes only. */
    private static final ReentrantLock IN_THIS_PROCESS = new ReentrantLock();

    private final Path directory;

    CliInstaller(Path directory) {
        this.directory = directory;
    }

    /** The program, when the version that belongs to this service is completely installed. */
    Optional<Path> installed() {
        try {
            byte[] lock = Files.readAllBytes(directory.resolve("installed.json"));
            return Arrays.equals(lock, resource("package-lock.json")) ? program() : Optional.empty();
        } catch (IOException e) { // not there
            return Optional.empty();
        }
    }

    /**
     * Installs it, unless it is there, and returns the program; takes some seconds.
     *
     * @throws CliNotFoundException when npm fails
     */
    Path install(Map<String, String> environment) {
        IN_THIS_PROCESS.lock();
        try {
            Files.createDirectories(directory);
            try (FileChannel file = FileChannel.open(
                            directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    var _ = file.lock()) {
                return installed().orElseGet(() -> installLocked(environment));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            IN_THIS_PROCESS.unlock();
        }
    }

    private Path installLocked(Map<String, String> environment) {
        log.info(
                "Installing the claude CLI with npm, about 250 MB version={} directory={}",
                CliVersion.TESTED,
                directory);
        try {
            for (String name : FILES) {
                Files.write(directory.resolve(name), resource(name));
            }
            Path npm = SearchPath.find("npm", environment)
                    .orElseThrow(
                            () -> new CliNotFoundException("npm, which installs the claude CLI, is not on the PATH."));
            List<String> command = List.of(
                    npm.toString(),
                    "ci",
                    "--prefix",
                    directory.toString(),
                    "--ignore-scripts",
                    "--no-audit",
                    "--no-fund");
            Command.Outcome outcome = Command.run(command, environment, LONGEST);
            Optional<Path> program = outcome.exitCode() == 0 ? program() : Optional.empty();
            if (program.isEmpty()) {
                throw new CliNotFoundException("The claude CLI could not be installed: `" + String.join(" ", command)
                        + "` ended with code " + outcome.exitCode() + " and said: " + outcome.output());
            }
            Files.write(directory.resolve("installed.json"), resource("package-lock.json"));
            return program.get();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** npm installs the package of this platform only; of those for glibc and musl, the first by name. */
    private Optional<Path> program() throws IOException {
        Path packages = directory.resolve("node_modules/@anthropic-ai");
        TreeSet<Path> programs = new TreeSet<>();
        try (DirectoryStream<Path> platforms = Files.newDirectoryStream(packages, "claude-code-*")) {
            platforms.forEach(platform -> programs.add(platform.resolve("claude")));
        }
        return programs.stream().filter(Files::isExecutable).findFirst();
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = CliInstaller.class.getResourceAsStream("/cli/" + name)) {
            return Objects.requireNonNull(in).readAllBytes();
        }
    }
}

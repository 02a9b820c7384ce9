package dev.claudepool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Each start that fails says why in one message that needs no knowledge of Java. */
@ExtendWith(OutputCaptureExtension.class)
class StartFailureTest {

    @TempDir
    private Path directory;

    @Test
    void unknownProperty(CapturedOutput output) {
        failsWith(output, "claude-pool.budgt", "--claude-pool.budgt=hush");
    }

    @Test
    void badValue(CapturedOutput output) {
        failsWith(output, "claude-pool.web.max-request-size", "--claude-pool.web.max-request-size=large");
    }

    @Test
    void badToken(CapturedOutput output) {
        failsWith(output, "There is no usable admin token", "--claude-pool.security.token=hush hush");

        assertThat(output).doesNotContain("hush hush");
    }

    @Test
    void shortToken(CapturedOutput output) {
        failsWith(output, "has fewer than 32 characters", "--claude-pool.security.token=hush");
    }

    @Test
    void noTokenAndNoTerminal(CapturedOutput output) {
        failsWith(
                output,
                "none is configured, and there is no terminal",
                "--claude-pool.security.token=",
                "--claude-pool.data-dir=" + directory);

        assertThat(output).contains("Set claude-pool.security.token-file");
        assertThat(directory.resolve("token.sha256")).doesNotExist();
    }

    @Test
    void dataDirectoryThatIsAFile(CapturedOutput output) throws IOException {
        Path file = Files.createFile(directory.resolve("file"));

        failsWith(output, "The data directory is not usable", "--claude-pool.data-dir=" + file);
    }

    @Test
    void dataDirectoryInUse(CapturedOutput output) throws IOException {
        try (FileChannel other =
                FileChannel.open(directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            other.lock();

            failsWith(output, "another claude-pool is running on " + directory);
        }
    }

    @Test
    void databaseThatIsNone(CapturedOutput output) throws IOException {
        Files.writeString(directory.resolve("claude-pool.db"), "This is a letter and not a database. ".repeat(100));

        failsWith(output, "is not a SQLite database");
    }

    @Test
    void portInUse(CapturedOutput output) throws IOException {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            failsWith(output, "Port " + other.getLocalPort(), "--server.port=" + other.getLocalPort());
        }
    }

    private void failsWith(CapturedOutput output, String description, String... arguments) {
        SpringApplication application = new SpringApplication(TestingWebApplication.class);
        String[] all = Stream.concat(
                        Stream.of(
                                        "--claude-pool.data-dir=" + directory,
                                        "--claude-pool.security.token=" + TestingClient.TOKEN,
                                        "--server.port=0")
                                .filter(preset ->
                                        Stream.of(arguments).noneMatch(argument -> sameName(argument, preset))),
                        Stream.of(arguments))
                .toArray(String[]::new);

        assertThatThrownBy(() -> application.run(all).close()).isInstanceOf(Exception.class);

        String report =
                output.toString().substring(Math.max(0, output.toString().indexOf("APPLICATION FAILED")));
        assertThat(report).startsWith("APPLICATION FAILED TO START").contains(description);
        assertThat(output.toString()).doesNotContain("\tat ", "WARN");
    }

    private static boolean sameName(String one, String other) {
        return one.startsWith(other.substring(0, other.indexOf('=') + 1));
    }
}

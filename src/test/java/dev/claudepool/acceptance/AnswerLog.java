package dev.claudepool.acceptance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A line for each answer that was compared with the description: its operation and its status. Each JVM that runs tests
 * has a file; {@code .ci/answers} counts the lines of all. Thread-safe.
 */
final class AnswerLog {

    private static final Path DIRECTORY = Path.of("target/openapi-answers");
    private static final Path FILE = DIRECTORY.resolve(ProcessHandle.current().pid() + ".txt");

    private AnswerLog() {}

    static synchronized void append(String operation, int status) {
        try {
            Files.createDirectories(DIRECTORY);
            Files.writeString(
                    FILE, operation + " " + status + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

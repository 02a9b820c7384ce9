package dev.claudepool.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Runs a short command to its end. */
public final class Command {

    /** The result of a command; {@code exitCode} is -1 if it could not be started or took too long. */
    public record Outcome(int exitCode, String output) {}

    private static final int MOST_OUTPUT = 2000;

    private Command() {}

    /** Blocks at most for {@code longest}; the output is the end of stdout and stderr together. */
    public static Outcome run(List<String> command, Map<String, String> environment, Duration longest) {
        try {
            Path output = Files.createTempFile("claude-pool", ".out");
            try {
                return new Outcome(exitCode(command, environment, longest, output), tail(output));
            } finally {
                Files.delete(output);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int exitCode(List<String> command, Map<String, String> environment, Duration longest, Path output)
            throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        Process process;
        try {
            process = builder.start();
        } catch (IOException e) {
            Files.writeString(output, String.valueOf(e.getMessage()));
            return -1;
        }
        if (Uninterruptibly.await(() -> !process.isAlive(), longest)) {
            return process.exitValue();
        }
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        return -1;
    }

    private static String tail(Path output) throws IOException {
        String text = Files.readString(output, StandardCharsets.ISO_8859_1).strip();
        return text.substring(Math.max(0, text.length() - MOST_OUTPUT));
    }
}

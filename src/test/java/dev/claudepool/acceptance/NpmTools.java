package dev.claudepool.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The programs that {@code src/test/npm} pins, installed into a directory with what else is there. */
record NpmTools(Path directory) {

    private static final Path PINNED = Path.of("src/test/npm");

    /** Skips the test where there is no npm, unless {@code -Dnpm.required}. */
    static NpmTools install(Path directory) throws Exception {
        assumeTrue(
                System.getProperty("npm.required") != null || isInstalled(),
                "There is no npm, which installs what checks openapi.yaml");
        try (Stream<Path> files = Files.list(PINNED)) {
            for (Path file : files.toList()) {
                Files.copy(file, directory.resolve(file.getFileName()));
            }
        }
        NpmTools tools = new NpmTools(directory);
        tools.run("npm", "ci", "--no-audit", "--no-fund", "--prefer-offline");
        return tools;
    }

    private static boolean isInstalled() {
        return Stream.of(System.getenv("PATH").split(":", -1))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, "npm")));
    }

    /** Runs one of the pinned programs. */
    void pinned(String program, Object... arguments) throws Exception {
        run(Stream.concat(Stream.of(directory.resolve("node_modules/.bin/" + program)), Stream.of(arguments))
                .map(Object::toString)
                .toArray(String[]::new));
    }

    /** Runs a command in the directory, and fails with what it says unless it succeeds. */
    void run(String... command) throws IOException, InterruptedException {
        Path output = directory.resolve("output.txt");
        ProcessBuilder builder = new ProcessBuilder(List.of(command))
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().put("REDOCLY_TELEMETRY", "off");
        builder.environment().put("REDOCLY_SUPPRESS_UPDATE_NOTICE", "true");
        Process process = builder.start();
        try {
            assertThat(process.waitFor(2, TimeUnit.MINUTES))
                    .as("%s ends", List.of(command))
                    .isTrue();
            assertThat(process.exitValue()).as(Files.readString(output)).isZero();
        } finally {
            process.destroyForcibly();
        }
    }
}

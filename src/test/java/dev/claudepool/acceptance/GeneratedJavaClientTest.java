package dev.claudepool.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Makes a Java client of {@code openapi.yaml}, as others would, and lets it make the calls of the README. */
class GeneratedJavaClientTest {

    /** Put there by Maven. */
    private static final Path GENERATOR = Path.of("target/openapi-generator/openapi-generator-cli.jar");

    private static final Path CALLS = Path.of("src/test/java-client/ReadmeCalls.java");
    private static final String CLASS_PATH = System.getProperty("java.class.path");

    @TempDir
    private Path directory;

    @Test
    void javaClientMakesTheCallsOfTheReadme() throws Exception {
        generate();
        Path classes = compile();

        try (TestingPool pool = TestingPool.stubbed(directory, "claude-pool.slots=1")) {
            String address = "http://127.0.0.1:" + pool.client().port();
            run("java", "-cp", classes + ":" + CLASS_PATH, "ReadmeCalls", address, TestingPool.TOKEN);
        }
    }

    private void generate() throws Exception {
        run(
                "java",
                "-jar",
                GENERATOR.toString(),
                "generate",
                "--generator-name=java",
                "--library=native",
                "--input-spec=openapi.yaml",
                "--output=" + directory.resolve("client"),
                "--api-package=claudepool.api",
                "--model-package=claudepool.model",
                "--invoker-package=claudepool.client",
                "--additional-properties=useJackson3=true,useJakartaEe=true",
                "--global-property=models,apis,supportingFiles,modelDocs=false,apiDocs=false,modelTests=false,apiTests=false");
    }

    private Path compile() throws Exception {
        Path sources = directory.resolve("sources");
        try (Stream<Path> files = Files.walk(directory.resolve("client/src/main/java"))) {
            Files.write(
                    sources,
                    Stream.concat(files.filter(file -> file.toString().endsWith(".java")), Stream.of(CALLS))
                            .map(Path::toString)
                            .toList());
        }
        Path classes = directory.resolve("classes");
        run("javac", "-proc:none", "-nowarn", "-d", classes.toString(), "-cp", CLASS_PATH, "@" + sources);
        return classes;
    }

    /** Runs a program of this JDK, and fails with what it says unless it succeeds. */
    private void run(String program, String... arguments) throws IOException, InterruptedException {
        Path output = directory.resolve("output.txt");
        Process process = new ProcessBuilder(Stream.concat(
                                Stream.of(
                                        Path.of(System.getProperty("java.home"), "bin", program)
                                                .toString(),
                                        program.equals("java")
                                                ? "-XX:TieredStopAtLevel=1"
                                                : "-J-XX:TieredStopAtLevel=1"),
                                Stream.of(arguments))
                        .toList())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(process.waitFor(2, TimeUnit.MINUTES))
                    .as("%s ends", List.of(arguments))
                    .isTrue();
            assertThat(process.exitValue()).as(Files.readString(output)).isZero();
        } finally {
            process.destroyForcibly();
        }
    }
}

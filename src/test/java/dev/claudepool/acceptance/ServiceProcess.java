package dev.claudepool.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.claudepool.ClaudePoolApplication;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The service in a JVM of its own, so that it can be killed. */
final class ServiceProcess implements AutoCloseable {

    private static final Duration LONGEST_START = Duration.ofMinutes(2);

    private final Process process;
    private final PoolClient client;
    private final Path output;

    private ServiceProcess(Process process, int port, Path output) {
        this.process = process;
        this.client = new PoolClient(port, TestingPool.TOKEN);
        this.output = output;
    }

    /** Starts it in {@code directory}, and waits until it is healthy. */
    static ServiceProcess start(Path directory, List<String> properties) throws IOException {
        return start(directory, List.of(), properties);
    }

    /** Starts it with further options of the JVM. */
    static ServiceProcess start(Path directory, List<String> options, List<String> properties) throws IOException {
        int port = freePort();
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC"));
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), ClaudePoolApplication.class.getName()));
        properties.forEach(property -> command.add("--" + property));
        command.add("--server.port=" + port);
        Path output = Files.createTempFile(directory, "service", ".log");
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        ServiceProcess service = new ServiceProcess(process, port, output);
        service.awaitHealthy();
        return service;
    }

    private void awaitHealthy() {
        await().atMost(LONGEST_START)
                .pollInterval(Duration.ofMillis(50))
                .ignoreExceptions()
                .failFast(() -> assertThat(process.isAlive()).as(output()).isTrue())
                .until(() -> client.get("//actuator/health").status() == 200);
    }

    PoolClient client() {
        return client;
    }

    long pid() {
        return process.pid();
    }

    /** What it printed. */
    String output() throws IOException {
        return Files.readString(output);
    }

    /** Ends it as {@code kill -9} does. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Ends it by SIGTERM, waits, and returns its exit code. */
    int terminate() throws InterruptedException {
        process.destroy();
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).as("it has ended").isTrue();
        return process.exitValue();
    }

    /** Ends it by SIGTERM and waits. */
    @Override
    public void close() {
        process.destroy();
        process.onExit().completeOnTimeout(process, 1, TimeUnit.MINUTES).join();
        process.destroyForcibly();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}

package dev.claudepool.benchmark;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ConnectException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/** The whole service in a JVM of its own, started as {@code spring-boot:run} does. */
final class Service implements AutoCloseable {

    private static final String TOKEN = "benchmark-token-benchmark-token-benchmark";
    private static final Duration LONGEST = Duration.ofMinutes(2);
    /** So few that they do not warm up what is to be measured cold. */
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(50);

    private final ServicePlan plan;
    private final Children children;
    private final Process process;
    private final ServiceClient client;
    private final Duration untilReady;
    private final Duration untilIdle;

    private Service(ServicePlan plan, Children children, ProcessBuilder builder, int port) throws IOException {
        this.plan = plan;
        this.children = children;
        this.client = new ServiceClient(port, TOKEN);
        long start = System.nanoTime();
        this.process = children.start(builder, Map.of("PATH", System.getenv("PATH")));
        awaitThat("the service is ready", client::isReady);
        this.untilReady = Duration.ofNanos(System.nanoTime() - start);
        awaitQuiet();
        this.untilIdle = Duration.ofNanos(System.nanoTime() - start);
    }

    /** Starts it and waits until its slots are idle. */
    static Service start(Bench bench, ServicePlan plan) throws IOException {
        Options options = bench.options();
        int port = freePort();
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options.jvmFlags());
        command.addAll(List.of("-cp", options.classpath(), "dev.claudepool.ClaudePoolApplication"));
        command.add("--server.port=" + port);
        command.add("--claude-pool.data-dir=" + Files.createTempDirectory(bench.directory(), "data"));
        command.add("--claude-pool.security.token=" + TOKEN);
        command.addAll(plan.arguments());
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(options.log().toFile()));
        return new Service(plan, bench.children(), builder, port);
    }

    ServiceClient client() {
        return client;
    }

    String isolation() {
        return plan.isolation();
    }

    /** From the start of the JVM until it says that it is ready. */
    Duration untilReady() {
        return untilReady;
    }

    /** From the start of the JVM until a process is ready in each slot. */
    Duration untilIdle() {
        return untilIdle;
    }

    /** The memory of the JVM in MiB, resident set; without its {@code claude} processes. */
    long memory() throws IOException {
        String status = Files.readString(Path.of("/proc", String.valueOf(process.pid()), "status"));
        return status.lines()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
                .sum();
    }

    /** Waits until each slot has a process ready, and no other process is left. */
    void awaitQuiet() {
        awaitThat(
                "each slot is idle, with one process",
                () -> process.toHandle().children().count() == plan.slots() && client.isIdle());
    }

    private void awaitThat(String condition, Callable<Boolean> holds) {
        await(condition)
                .atMost(LONGEST)
                .pollDelay(Duration.ZERO)
                .pollInterval(BETWEEN_LOOKS)
                .failFast("the service has ended, see its log", () -> !process.isAlive())
                .ignoreException(ConnectException.class) // it does not listen yet
                .until(holds);
    }

    /** Ends it and its processes. */
    @Override
    public void close() {
        children.stop(process);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}

package dev.claudepool.benchmark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The whole service in a JVM of its own, started as {@code spring-boot:run} does, and a client of it. */
final class Service {

    private static final JsonMapper JSON = new JsonMapper();
    private static final String TOKEN = "benchmark-token-benchmark-token";
    private static final Duration LONGEST = Duration.ofMinutes(1);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(10);

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Process process;
    private final int port;
    private final Duration untilReady;
    private final Duration untilIdle;

    private Service(Process process, int port, long start) throws IOException, InterruptedException {
        this.process = process;
        this.port = port;
        await("/readyz", answer -> answer.statusCode() == 200);
        this.untilReady = Duration.ofNanos(System.nanoTime() - start);
        awaitIdle();
        this.untilIdle = Duration.ofNanos(System.nanoTime() - start);
    }

    /** Starts it and waits until its slots are idle. */
    static Service start(Options options, Path directory, Cli cli, Children children)
            throws IOException, InterruptedException {
        int port = freePort();
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options.jvmFlags());
        command.addAll(List.of("-cp", options.classpath(), "dev.claudepool.ClaudePoolApplication"));
        command.add("--server.port=" + port);
        command.add("--claude-pool.slots=" + options.slots());
        command.add("--claude-pool.data-dir=" + directory.resolve("data"));
        command.add("--claude-pool.cli.path=" + cli.program());
        command.add("--claude-pool.security.token=" + TOKEN);
        cli.settings().forEach((name, value) -> {
            if (!name.equals("PATH")) {
                command.add("--claude-pool.cli.environment.[" + name + "]=" + value);
            }
        });
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(options.serviceLog().toFile());
        long start = System.nanoTime();
        return new Service(children.start(builder, Map.of("PATH", System.getenv("PATH"))), port, start);
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

    /** Waits until each slot has a process ready. */
    void awaitIdle() throws IOException, InterruptedException {
        await("/api/v1/slots", answer -> {
            JsonNode slots = JSON.readTree(answer.body());
            return slots.valueStream()
                    .allMatch(slot -> slot.path("state").asString("").equals("IDLE"));
        });
    }

    String get(String path) throws IOException, InterruptedException {
        return checked(send(request(path).GET()));
    }

    String post(String path, Map<String, String> body) throws IOException, InterruptedException {
        return checked(send(request(path)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(JSON.writeValueAsString(body)))));
    }

    private void await(String path, Predicate<HttpResponse<String>> wanted) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + LONGEST.toNanos();
        while (!arrived(path, wanted)) {
            if (!process.isAlive() || System.nanoTime() > deadline) {
                throw new IllegalStateException("the service does not get ready, see its log");
            }
            Thread.sleep(BETWEEN_LOOKS);
        }
    }

    private boolean arrived(String path, Predicate<HttpResponse<String>> wanted)
            throws IOException, InterruptedException {
        try {
            return wanted.test(send(request(path).GET()));
        } catch (ConnectException e) { // it does not listen yet
            return false;
        }
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(LONGEST)
                .header("Authorization", "Bearer " + TOKEN);
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return http.send(request.build(), BodyHandlers.ofString());
    }

    private static String checked(HttpResponse<String> answer) {
        if (answer.statusCode() != 200) {
            throw new IllegalStateException("the service answers " + answer.statusCode() + ": " + answer.body());
        }
        return answer.body();
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

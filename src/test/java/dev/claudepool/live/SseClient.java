package dev.claudepool.live;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads a stream of events as a browser does. */
class SseClient implements AutoCloseable {

    private final HttpClient http = HttpClient.newHttpClient();
    private final HttpResponse<InputStream> response;
    private final BufferedReader lines;

    private SseClient(int port, String path, @Nullable String lastEventId) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/v1/" + path))
                .header("Accept", "text/event-stream")
                .header("Authorization", "Bearer " + LiveServerTest.TOKEN);
        if (lastEventId != null) {
            request.header("Last-Event-ID", lastEventId);
        }
        response = http.send(request.build(), BodyHandlers.ofInputStream());
        lines = new BufferedReader(new InputStreamReader(response.body(), UTF_8));
    }

    /** Follows one task. */
    static SseClient ofTask(int port, String task, @Nullable String lastEventId)
            throws IOException, InterruptedException {
        return new SseClient(port, "tasks/" + task + "/events", lastEventId);
    }

    /** Follows all events that {@code query} selects. */
    static SseClient ofAll(int port, String query, @Nullable String lastEventId)
            throws IOException, InterruptedException {
        return new SseClient(port, "events" + query, lastEventId);
    }

    HttpResponse<InputStream> response() {
        return response;
    }

    /** The whole body. */
    String body() {
        return String.join("\n", lines.lines().toList());
    }

    /** The next event; empty when the stream has ended. */
    Optional<Message> next() throws IOException {
        List<String> block = new ArrayList<>();
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (!line.isEmpty()) {
                block.add(line);
            } else if (!block.isEmpty()) {
                return Optional.of(new Message(
                        field(block, "id: "), field(block, "event: "), field(block, "data: "), field(block, ": ")));
            }
        }
        return Optional.empty();
    }

    /** What comes until the stream ends. */
    List<Message> rest() throws IOException {
        List<Message> rest = new ArrayList<>();
        for (Optional<Message> next = next(); next.isPresent(); next = next()) {
            rest.add(next.get());
        }
        return rest;
    }

    private static @Nullable String field(List<String> block, String prefix) {
        return block.stream()
                .filter(line -> line.startsWith(prefix))
                .map(line -> line.substring(prefix.length()))
                .findFirst()
                .orElse(null);
    }

    @Override
    public void close() throws IOException {
        response.body().close();
        http.shutdownNow();
        http.close();
    }

    /** An event or a comment as it came. */
    record Message(
            @Nullable String id,
            @Nullable String event,
            @Nullable String data,
            @Nullable String comment) {}
}

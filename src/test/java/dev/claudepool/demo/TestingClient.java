package dev.claudepool.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Asks a {@link MessagesApi} as the CLI does: one session, with reminders around what the user says. */
final class TestingClient {

    static final JsonMapper JSON = new JsonMapper();

    private final HttpClient http = HttpClient.newHttpClient();
    private final MessagesApi api;
    private final ObjectNode body = JSON.createObjectNode()
            .put("model", "claude-opus-5-5")
            .put("max_tokens", 1000)
            .put("stream", true);
    private final ArrayNode messages = body.putArray("messages");

    TestingClient(MessagesApi api) {
        this.api = api;
        session("11111111-2222-3333-4444-555555555555");
    }

    TestingClient session(String id) {
        body.putObject("metadata").put("user_id", "{\"session_id\":\"" + id + "\"}");
        return this;
    }

    TestingClient with(Consumer<ObjectNode> change) {
        change.accept(body);
        return this;
    }

    TestingClient user(String text) {
        ArrayNode content = messages.addObject().put("role", "user").putArray("content");
        content.addObject()
                .put("type", "text")
                .put("text", "<system-reminder>\nBe [[hang]] kind\n</system-reminder>\n");
        content.addObject().put("type", "text").put("text", text);
        messages.addObject().put("role", "system").put("content", "# Environment [[hang]]");
        return this;
    }

    TestingClient toolResult(String text) {
        messages.addObject()
                .put("role", "user")
                .putArray("content")
                .addObject()
                .put("type", "tool_result")
                .put("content", text);
        return this;
    }

    HttpResponse<String> send() throws IOException, InterruptedException {
        return http.send(request("demo-key"), HttpResponse.BodyHandlers.ofString());
    }

    HttpResponse<String> sendWithKey(String key) throws IOException, InterruptedException {
        return http.send(request(key), HttpResponse.BodyHandlers.ofString());
    }

    /** Reads the streamed answer up to the first event of this type, and goes. */
    void leaveAt(String type) throws IOException, InterruptedException {
        try (var events = new BufferedReader(new InputStreamReader(
                http.send(request("demo-key"), HttpResponse.BodyHandlers.ofInputStream())
                        .body(),
                StandardCharsets.UTF_8))) {
            String event = events.readLine();
            while (!event.equals("event: " + type)) {
                event = events.readLine();
            }
        }
    }

    /** The streamed answer. */
    Streamed stream() throws IOException, InterruptedException {
        List<JsonNode> events = send().body()
                .lines()
                .filter(line -> line.startsWith("data: "))
                .map(line -> JSON.readTree(line.substring("data: ".length())))
                .toList();
        return new Streamed(events);
    }

    private HttpRequest request(String key) {
        return HttpRequest.newBuilder(api.uri().resolve("/v1/messages?beta=true"))
                .header("x-api-key", key)
                .POST(HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body)))
                .build();
    }

    /** The events of a streamed answer. */
    record Streamed(List<JsonNode> events) {

        String text() {
            return joined("text");
        }

        JsonNode toolInput() {
            return JSON.readTree(joined("partial_json"));
        }

        JsonNode first(String type) {
            return events.stream()
                    .filter(event -> event.path("type").asString().equals(type))
                    .findFirst()
                    .orElseThrow();
        }

        long deltas() {
            return events.stream().filter(event -> event.has("delta")).count();
        }

        private String joined(String field) {
            StringBuilder joined = new StringBuilder();
            events.forEach(
                    event -> joined.append(event.path("delta").path(field).asString("")));
            return joined.toString();
        }
    }
}

package dev.claudepool;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Talks real HTTP to a service on a local port, as its administrator unless told otherwise. */
public class TestingClient {

    public static final String TOKEN = "testing-token-0123456789-0123456789";

    private static final JsonMapper JSON = new JsonMapper();

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(10))
            .build();
    private final int port;
    private final String token;

    public TestingClient(int port) {
        this(port, TOKEN);
    }

    /** With an empty token, sends none. */
    public TestingClient(int port, String token) {
        this.port = port;
        this.token = token;
    }

    public TestingClient as(String otherToken) {
        return new TestingClient(port, otherToken);
    }

    public Answer get(String path, String... headers) {
        return send("GET", path, BodyPublishers.noBody(), headers);
    }

    public Answer post(String path, String json) {
        return send("POST", path, BodyPublishers.ofString(json), "Content-Type", "application/json");
    }

    public Answer send(String method, String path, BodyPublisher body, String... headers) {
        List<String> all = new ArrayList<>(List.of(headers));
        if (!token.isEmpty()) {
            all.addAll(List.of("Authorization", "Bearer " + token));
        }
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofSeconds(30))
                .method(method, body);
        try {
            return new Answer(http.send(
                    (all.isEmpty() ? request : request.headers(all.toArray(String[]::new))).build(),
                    BodyHandlers.ofString()));
        } catch (IOException e) {
            throw new AssertionError(method + " " + path + " got no answer", e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** What came back. */
    public record Answer(HttpResponse<String> response) {

        public int status() {
            return response.statusCode();
        }

        public String body() {
            return response.body();
        }

        public String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }

        public JsonNode json() {
            return JSON.readTree(body());
        }

        /** Status and code of a problem, such as {@code 404 task-not-found}, once its form was checked. */
        public String problem() {
            JsonNode problem = json();
            String code = problem.path("code").asString("");
            boolean wellFormed = header("Content-Type").equals("application/problem+json")
                    && problem.path("status").asInt() == status()
                    && problem.path("type").asString("").equals("urn:claude-pool:problem:" + code)
                    && !problem.path("title").asString("").isEmpty()
                    && !problem.path("detail").asString("").isEmpty()
                    && !problem.path("instance").asString("").isEmpty();
            return wellFormed ? status() + " " + code : "not a problem: " + status() + " " + body();
        }

        /** The errors of a problem as {@code field: message}. */
        public List<String> errors() {
            return json().path("errors")
                    .valueStream()
                    .map(error -> error.path("field").asString() + ": "
                            + error.path("message").asString())
                    .toList();
        }
    }
}

package dev.claudepool.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Speaks to a running service as a script would: plain HTTP and JSON. */
final class PoolClient {

    private static final JsonMapper JSON = new JsonMapper();

    private final HttpClient http = HttpClient.newHttpClient();
    private final int port;
    private final String token;

    PoolClient(int port, String token) {
        this.port = port;
        this.token = token;
    }

    int port() {
        return port;
    }

    /** Runs a prompt and waits for the result. */
    Answer run(String prompt) {
        return post("/run?wait=PT5M", Map.of("prompt", prompt));
    }

    /** Submits a prompt and returns the id of the task. */
    String submit(String prompt) {
        return submit(Map.of("prompt", prompt));
    }

    /** Submits a task and returns its id. */
    String submit(Map<String, ?> task) {
        Answer answer = post("/tasks", task);
        assertThat(answer.status()).as(answer.text()).isEqualTo(202);
        return answer.json().get("id").asString();
    }

    /** Submits a chain and returns its id. */
    String submitChain(Map<String, ?> chain) {
        Answer answer = post("/chains", chain);
        assertThat(answer.status()).as(answer.text()).isEqualTo(202);
        return answer.json().get("id").asString();
    }

    /** Submits a chain of nothing but these steps and returns its id. */
    @SafeVarargs
    @SuppressWarnings("varargs")
    final String submitSteps(Map<String, ?>... steps) {
        return submitChain(Map.of("steps", List.of(steps)));
    }

    JsonNode chain(String id) {
        return get("/chains/" + id).json();
    }

    /** Waits until the chain has ended, in whatever state. */
    JsonNode awaitChain(String id, Duration longest) {
        Answer answer = get("/chains/" + id + "?wait=" + longest);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.json();
    }

    JsonNode task(String id) {
        return get("/tasks/" + id).json();
    }

    /** Waits until the task is in {@code state}. */
    JsonNode awaitState(String id, String state, Duration longest) {
        return await("task " + id + " is " + state)
                .atMost(longest)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> task(id), task -> task.get("state").asString().equals(state));
    }

    /** Waits until the task has ended, in whatever state. */
    JsonNode awaitEnd(String id, Duration longest) {
        return await("task " + id + " has ended")
                .atMost(longest)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> task(id), task -> !task.get("finishedAt").isNull());
    }

    Answer post(String path, Object body) {
        return send(request(path).POST(BodyPublishers.ofString(JSON.writeValueAsString(body))));
    }

    /** Changes something by a JSON document. */
    Answer patch(String path, String document) {
        return send(request(path).method("PATCH", BodyPublishers.ofString(document)));
    }

    Answer put(String path, Object body) {
        return send(request(path).PUT(BodyPublishers.ofString(JSON.writeValueAsString(body))));
    }

    Answer delete(String path) {
        return send(request(path).DELETE());
    }

    Answer get(String path) {
        return send(request(path).GET());
    }

    /**
     * A request with the token and JSON as content type; {@code path} below {@code /api/v1}, or absolute with
     * {@code //}.
     */
    HttpRequest.Builder request(String path) {
        String full = path.startsWith("//") ? path.substring(1) : "/api/v1" + path;
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + full))
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json");
    }

    Answer send(HttpRequest.Builder request) {
        try {
            HttpRequest sent = request.build();
            HttpResponse<String> response = http.send(sent, BodyHandlers.ofString());
            ApiDescription.verify(sent, response);
            return new Answer(response);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** An answer of the service. */
    record Answer(HttpResponse<String> response) {

        int status() {
            return response.statusCode();
        }

        String text() {
            return response.body();
        }

        boolean isJson() {
            return response.headers()
                    .firstValue("Content-Type")
                    .filter("application/json"::equals)
                    .isPresent();
        }

        JsonNode json() {
            return JSON.readTree(response.body());
        }

        String code() {
            return json().path("code").asString("");
        }
    }
}

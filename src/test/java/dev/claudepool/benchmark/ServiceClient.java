package dev.claudepool.benchmark;

import java.io.IOException;
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

/** Speaks to a service over connections that are kept open. Thread-safe. */
final class ServiceClient {

    static final JsonMapper JSON = new JsonMapper();
    private static final Duration LONGEST = Duration.ofMinutes(1);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final int port;
    private final String token;

    ServiceClient(int port, String token) {
        this.port = port;
        this.token = token;
    }

    boolean isReady() throws IOException, InterruptedException {
        return send(request("/readyz")).statusCode() == 200;
    }

    /** Whether each slot has a process ready. */
    boolean isIdle() throws IOException, InterruptedException {
        return JSON.readTree(get("/api/v1/slots"))
                .valueStream()
                .allMatch(slot -> slot.path("state").asString("").equals("IDLE"));
    }

    String get(String path) throws IOException, InterruptedException {
        return checked(200, send(request(path)));
    }

    /** Runs a prompt, and returns the result. */
    String run(String prompt) throws IOException, InterruptedException {
        return checked(200, send(task("/api/v1/run", prompt)));
    }

    /** Submits a prompt, and returns the id of the task. */
    String submit(String prompt) throws IOException, InterruptedException {
        String task = checked(202, send(task("/api/v1/tasks", prompt)));
        return JSON.readTree(task).path("id").asString();
    }

    /** Waits for the result of a task. */
    String result(String id) throws IOException, InterruptedException {
        return await("/api/v1/tasks/" + id + "/result");
    }

    private String await(String path) throws IOException, InterruptedException {
        HttpRequest.Builder request = request(path + "?wait=" + LONGEST_WAIT);
        HttpResponse<String> answer = send(request);
        while (answer.statusCode() == 202) {
            answer = send(request);
        }
        return checked(200, answer);
    }

    /** Submits prompts together, and returns the id of the fan-out. */
    String fanOut(List<String> prompts) throws IOException, InterruptedException {
        String fanOut = checked(202, send(post("/api/v1/fan-outs", Map.of("prompts", prompts))));
        return JSON.readTree(fanOut).path("id").asString();
    }

    /** Waits for the results of a fan-out. */
    String fanOutResults(String id) throws IOException, InterruptedException {
        return await("/api/v1/fan-outs/" + id);
    }

    /** From now on tasks wait. */
    void pause() throws IOException, InterruptedException {
        String _ = checked(200, send(request("/api/v1/pool/pause").POST(BodyPublishers.noBody())));
    }

    /** How many tasks wait. */
    int queued() throws IOException, InterruptedException {
        JsonNode pool = JSON.readTree(get("/api/v1/pool"));
        return pool.path("queuedTasks").asInt();
    }

    private HttpRequest.Builder task(String path, String prompt) {
        return post(path, Map.of("prompt", prompt));
    }

    private HttpRequest.Builder post(String path, Map<String, ?> body) {
        return request(path)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(JSON.writeValueAsString(body)));
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(LONGEST)
                .header("Authorization", "Bearer " + token);
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return http.send(request.build(), BodyHandlers.ofString());
    }

    private static String checked(int status, HttpResponse<String> answer) {
        if (answer.statusCode() != status) {
            throw new IllegalStateException("the service answers " + answer.statusCode() + ": " + answer.body());
        }
        return answer.body();
    }
}

package dev.claudepool.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.claudepool.acceptance.ApiDescription.Operation;
import dev.claudepool.acceptance.PoolClient.Answer;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Sends random requests that {@code openapi.yaml} allows, or almost allows: each is answered as it says, and never by a
 * fault of the service. The seed is printed; {@code -Dfuzz.seed} repeats it, {@code -Dfuzz.schema-requests} says how
 * many.
 */
@ExtendWith(OutputCaptureExtension.class)
class SchemaFuzzTest {

    private static final long SEED = Long.getLong("fuzz.seed", System.nanoTime());
    private static final int REQUESTS = Integer.getInteger("fuzz.schema-requests", 5_000);
    private static final JsonMapper JSON = new JsonMapper();

    /** What an answer may say with a status of 500 or more: that the task, its time or its slot is the reason. */
    private static final Set<String> NO_FAULTS =
            Set.of("task-failed", "task-timed-out", "wait-timed-out", "no-slots-available");

    /** A stream of a task that has not ended would not end; after a drain it is right to refuse everything. */
    private static final Set<String> LEFT_OUT = Set.of("followTask", "drainPool");

    /** Tomcat itself answers what has a head of more than 8 KB, without a body. */
    private static final int LONGEST_QUERY = 4_000;

    private final Map<String, Integer> answers = new TreeMap<>();
    private final List<String> ids = new ArrayList<>();

    @TempDir
    private Path directory;

    @Test
    void everyRequestIsAnsweredAsItIsDescribed(CapturedOutput log) throws Exception {
        System.out.println("fuzz.seed=" + SEED);
        List<Operation> operations = ApiDescription.committed().operations().stream()
                .filter(operation -> !LEFT_OUT.contains(operation.id()))
                .toList();
        try (TestingPool pool = TestingPool.stubbed(
                directory, "claude-pool.slots=2", "claude-pool.max-slots=4", "claude-pool.task.timeout=5s")) {
            for (int number = 0; number < REQUESTS; number++) {
                if (number % 50 == 0) { // else nothing would go on after some requests
                    pool.client().put("/budget", JSON.readTree("{\"capUsd\":null}"));
                    pool.client().post("/pool/resume", Map.of());
                }
                Random random = new Random((SEED + number) * 0x9E3779B97F4A7C15L); // neighbours would begin alike
                send(pool.client(), operations.get(random.nextInt(operations.size())), random);
            }
            System.out.println("answers by status: " + answers);

            assertThat(pool.client().get("/pool").status()).isEqualTo(200);
        }
        assertThat(log.toString()).doesNotContainPattern("ERROR \\d+ ---").doesNotContain("\tat ");
    }

    private void send(PoolClient client, Operation operation, Random random) {
        SchemaValues values = new SchemaValues(ApiDescription.committed(), random, ids);
        String path = operation.path().substring("/api/v1".length());
        String query = "";
        List<String> headers = new ArrayList<>();
        for (JsonNode parameter : operation.description().path("parameters")) {
            String name = parameter.path("name").asString();
            String value = name.equals("wait") ? wait(random) : values.parameter(parameter.path("schema"));
            switch (parameter.path("in").asString()) {
                case "path" ->
                    path = path.replace(
                            "{" + name + "}",
                            operation.path().contains("slots") ? "slot-" + random.nextInt(3) : encoded(value, "x"));
                case "header" -> headers.addAll(random.nextInt(4) == 0 ? List.of(name, printable(value)) : List.of());
                default -> {
                    boolean fits = query.length() < LONGEST_QUERY && random.nextInt(4) == 0;
                    if (fits
                            || name.equals("wait")
                            || parameter.path("required").asBoolean()) {
                        query += (query.isEmpty() ? "?" : "&") + name + "=" + encoded(value, "");
                    }
                }
            }
        }
        HttpRequest.Builder request = client.request(path + query);
        if (!headers.isEmpty()) {
            request.headers(headers.toArray(String[]::new));
        }
        String body = operation.hasBody() ? body(operation, values, random) : "";
        Answer answer = client.send(request.method(operation.method(), BodyPublishers.ofString(body)));
        verify(operation.method() + " " + path + query + " " + headers + " " + shortened(body), answer);
        if (answer.isJson() && answer.status() < 300) {
            ids.addAll(answer.json().findValuesAsString("id").stream()
                    .filter(id -> id.length() == 36)
                    .toList());
        }
    }

    private static String body(Operation operation, SchemaValues values, Random random) {
        JsonNode content = operation.description().at("/requestBody/content");
        JsonNode fitting = values.of(content.path("application/json").path("schema"));
        return JSON.writeValueAsString(random.nextInt(3) == 0 ? values.spoiled(fitting) : fitting);
    }

    private void verify(String request, Answer answer) {
        answers.merge(answer.status() + " " + (answer.status() < 400 ? "" : answer.code()), 1, Integer::sum);
        if (answer.status() >= 500) {
            assertThat(NO_FAULTS).as("%s -> %s", request, answer.text()).contains(answer.code());
        }
    }

    private static String wait(Random random) {
        return List.of("PT0S", "PT0.01S", "PT0.02S", "-PT1S", "P1D", "1").get(random.nextInt(6));
    }

    private static String encoded(String value, String ifEmpty) {
        String text = value.isEmpty() ? ifEmpty : value;
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static String printable(String value) {
        return value.replaceAll("[^ -~]", "?");
    }

    private static String shortened(String body) {
        return body.length() <= 2_000 ? body : body.substring(0, 2_000) + "...";
    }
}

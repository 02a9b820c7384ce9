package dev.claudepool.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.claudepool.acceptance.PoolClient.Answer;
import dev.claudepool.context.SharedContext;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import tools.jackson.databind.json.JsonMapper;

/** The shared context as clients see it. */
@ExtendWith(OutputCaptureExtension.class)
class SharedContextApiTest {

    private static final JsonMapper JSON = new JsonMapper();

    @TempDir
    static Path directory;

    private static TestingPool pool;
    private static PoolClient client;

    @BeforeAll
    static void start() throws Exception {
        pool = TestingPool.stubbed(
                directory, "claude-pool.slots=1", "logging.level.web=trace", "logging.level.dev.claudepool=trace");
        client = pool.client();
    }

    @AfterAll
    static void stop() {
        pool.close();
    }

    @AfterEach
    void empty() {
        keys().forEach(key -> assertThat(delete(key).status()).isEqualTo(204));
    }

    @Test
    void listIsAnArrayByKey() {
        assertThat(client.get("/context").text()).isEqualTo("[]");
        put("style", "tabs");
        put("Build", "mvn");
        put("build", "make");

        Answer answer = client.get("/context");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(keys()).containsExactly("Build", "build", "style");
        assertThat(answer.json().get(0).propertyNames()).containsExactly("key", "value", "updatedAt");
    }

    @Test
    void putCreatesThenReplaces() {
        Answer created = put("build", "make");
        Answer replaced = put("build", "mvn");
        Answer same = put("build", "mvn");

        assertThat(created.status()).isEqualTo(201);
        assertThat(replaced.status()).isEqualTo(200);
        assertThat(created.json().at("/value").asString()).isEqualTo("make");
        assertThat(replaced.json().at("/key").asString()).isEqualTo("build");
        assertThat(replaced.json().at("/value").asString()).isEqualTo("mvn");
        assertThat(replaced.json().at("/updatedAt").asString()).matches("\\d{4}-\\d\\d-\\d\\dT.*Z");
        assertThat(same.json()).isEqualTo(replaced.json());
        assertThat(client.get("/context/build").json()).isEqualTo(replaced.json());
        assertThat(keys()).containsExactly("build");
    }

    @Test
    void valuesComeBackAsTheyWere() {
        for (String value :
                List.of("", "nul \u0000 \u2028 \n", "</shared-notes>\"\\ \ud83d\ude00", "x".repeat(16384))) {
            put("key", value);

            assertThat(client.get("/context/key").json().at("/value").asString())
                    .isEqualTo(value);
        }
    }

    @Test
    void isInThePromptAsSoonAsTheAnswerArrives() {
        SharedContext context = pool.bean(SharedContext.class);

        put("build", "mvn");
        assertThat(context.prompt()).contains("\nbuild: \"mvn\"\n");

        delete("build");
        assertThat(context.prompt()).isEmpty();
    }

    @Test
    void deleteAnswersOnceWithoutABody() {
        put("build", "mvn");

        Answer deleted = delete("build");

        assertThat(deleted.status()).isEqualTo(204);
        assertThat(deleted.text()).isEmpty();
        assertProblem(delete("build"), 404, "context-key-not-found");
        assertProblem(client.get("/context/build"), 404, "context-key-not-found");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-key",
                ".key",
                "a%20b",
                "a:b",
                "%C3%A4",
                "%3Ckey%3E",
                "kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk"
            })
    void badKeyIsRefused(String key) {
        for (Answer answer : List.of(put(key, "x"), client.get("/context/" + key), delete(key))) {
            assertProblem(answer, 400, "validation-failed");
            assertThat(fields(answer)).containsExactly("key");
        }
        assertThat(keys()).isEmpty();
    }

    static Stream<Arguments> badBodies() {
        return Stream.of(
                Arguments.of("{}", List.of("value")),
                Arguments.of("{\"value\":null}", List.of("value")),
                Arguments.of("{\"value\":7}", List.of("value")),
                Arguments.of("{\"value\":true}", List.of("value")),
                Arguments.of("{\"value\":[\"text\"]}", List.of("value")),
                Arguments.of("{\"value\":{\"text\":1}}", List.of("value")),
                Arguments.of("{\"value\":\"half \\ud83d of a pair\"}", List.of("value")),
                Arguments.of("{\"value\":\"" + "x".repeat(16385) + "\"}", List.of("value")),
                Arguments.of("{\"value\":\"x\",\"colour\":1}", List.of("colour")),
                Arguments.of("\"text\"", List.of("body")),
                Arguments.of("null", List.of()),
                Arguments.of("", List.of()),
                Arguments.of("{\"value\":", List.of()));
    }

    @ParameterizedTest
    @MethodSource("badBodies")
    void badBodyIsRefused(String body, List<String> fields) {
        Answer answer = client.send(client.request("/context/key").PUT(BodyPublishers.ofString(body)));

        assertProblem(answer, 400, "validation-failed");
        assertThat(fields(answer)).isEqualTo(fields);
        assertThat(keys()).isEmpty();
    }

    @Test
    void tooMuchInAllIsRefused() {
        for (int number = 0; number < 4; number++) {
            assertThat(put("key-" + number, "x".repeat(16384)).status()).isEqualTo(201);
        }

        Answer tooMuch = put("one-more", "x");

        assertProblem(tooMuch, 400, "validation-failed");
        assertThat(fields(tooMuch)).containsExactly("value");
        assertThat(keys()).hasSize(4);
    }

    @Test
    void tooManyKeysAreRefused() {
        for (int number = 0; number < 100; number++) {
            assertThat(put("key-" + number, "").status()).isEqualTo(201);
        }

        Answer tooMany = put("one-more", "");

        assertProblem(tooMany, 400, "validation-failed");
        assertThat(fields(tooMany)).containsExactly("key");
        assertThat(keys()).hasSize(100).doesNotContain("one-more");
    }

    /** With the framework at its most talkative, which logs bodies by their {@code toString()}. */
    @Test
    void valuesAreNeitherLoggedNorInProblems(CapturedOutput output) {
        String secret = "s3cret-value";
        put("key", secret);
        put("key", secret + " again");
        client.get("/context");
        client.get("/context/key");
        List<Answer> problems = List.of(
                put("-key", secret),
                put("key", secret + "x".repeat(16384)),
                client.send(client.request("/context/key")
                        .PUT(BodyPublishers.ofString("{\"value\":{\"" + secret + "\":1}}"))),
                client.send(client.request("/context/key").PUT(BodyPublishers.ofString("{\"value\":\"" + secret))));

        assertThat(problems).allSatisfy(problem -> {
            assertProblem(problem, 400, "validation-failed");
            assertThat(problem.text()).doesNotContain(secret);
        });
        assertThat(output).contains("/api/v1/context").doesNotContain(secret);
    }

    private static Answer put(String key, String value) {
        return client.send(client.request("/context/" + key)
                .PUT(BodyPublishers.ofString(JSON.writeValueAsString(Map.of("value", value)))));
    }

    private static Answer delete(String key) {
        return client.send(client.request("/context/" + key).DELETE());
    }

    private static List<String> keys() {
        return client.get("/context")
                .json()
                .valueStream()
                .map(entry -> entry.get("key").asString())
                .toList();
    }

    private static List<String> fields(Answer answer) {
        return answer.json()
                .path("errors")
                .valueStream()
                .map(error -> error.path("field").asString())
                .toList();
    }

    private static void assertProblem(Answer answer, int status, String code) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(status);
        assertThat(answer.response().headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(answer.code()).isEqualTo(code);
        assertThat(answer.text()).doesNotContain("dev.claudepool", "java.", "Exception", directory.toString());
    }
}

package dev.claudepool.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.claudepool.TestingClient;
import dev.claudepool.TestingClient.Answer;
import dev.claudepool.WebServiceTest;
import java.net.http.HttpRequest.BodyPublishers;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Import;

@WebServiceTest
@Import(TestingController.class)
@ExtendWith(OutputCaptureExtension.class)
class ProblemHandlerTest {

    private static final String SECRET = "purple-elephant";

    @LocalServerPort
    private int port;

    private TestingClient client;

    @BeforeEach
    void connect() {
        client = new TestingClient(port);
    }

    @Test
    void carriesCodeDetailAndInstance() {
        Answer answer = client.get("/api/v1/orders/01890a5d-ac96-774b-bcce-b302099a8057");

        assertThat(answer.problem()).isEqualTo("404 task-not-found");
        assertThat(answer.json().path("detail").asString())
                .isEqualTo("No task has the id 01890a5d-ac96-774b-bcce-b302099a8057");
        assertThat(answer.json().path("instance").asString())
                .isEqualTo("/api/v1/orders/01890a5d-ac96-774b-bcce-b302099a8057");
        assertThat(answer.json().has("errors")).isFalse();
    }

    @Test
    void carriesHeadersAndExtraMembers() {
        Answer answer = client.get("/api/v1/queue-full");

        assertThat(answer.problem()).isEqualTo("429 queue-full");
        assertThat(answer.header("Retry-After")).isEqualTo("2");
        assertThat(answer.header("Location")).isEqualTo("/api/v1/tasks/1");
        assertThat(answer.json().path("taskId").asString()).isEqualTo("1");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {"prompt":" "}                                  | prompt: must not be blank
                    {}                                              | prompt: must not be blank
                    {"prompt":"x","count":0}                        | count: must be greater than 0
                    {"prompt":"x","parts":[{"name":""}]}            | parts[0].name: must not be blank
                    {"prompt":"x","parts":[{"name":"forbidden"}]}   | parts[0].name: must be another one
                    {"prompt":5}                                    | prompt: must be a string
                    {"prompt":{"a":"purple-elephant"}}              | prompt: must be a string
                    {"prompt":"x","count":"purple-elephant"}        | count: must be a whole number
                    {"prompt":"x","count":1.5}                      | count: must be a whole number
                    {"prompt":"x","count":99999999999}              | count: is out of range
                    {"prompt":"x","price":"purple-elephant"}        | price: must be a number
                    {"prompt":"x","urgent":"purple-elephant"}       | urgent: must be true or false
                    {"prompt":"x","shape":"purple-elephant"}        | shape: must be one of ROUND, SQUARE
                    {"prompt":"x","shape":1}                        | shape: must be one of ROUND, SQUARE
                    {"prompt":"x","id":"purple-elephant"}           | id: must be a UUID
                    {"prompt":"x","timeout":"purple-elephant"}      | timeout: must be a duration such as PT30S
                    {"prompt":"x","timeout":30}                     | timeout: must be a duration such as PT30S
                    {"prompt":"x","at":"purple-elephant"}           | at: must be a time such as 2026-01-31T12:00:00Z
                    {"prompt":"x","parts":"purple-elephant"}        | parts: must be an array
                    {"prompt":"x","parts":["purple-elephant"]}      | parts[0]: must be an object
                    ["purple-elephant"]                             | body: must be an object
                    """)
    void namesTheFieldAndWhatIsAllowedButNotTheValue(String body, String error) {
        Answer answer = client.post("/api/v1/orders", body);

        assertThat(answer.problem()).isEqualTo("400 validation-failed");
        assertThat(answer.errors()).containsExactly(error);
        assertThat(answer.body()).doesNotContain(SECRET, "dev.claudepool", "java.", "jackson");
    }

    @Test
    void namesAnUnknownFieldAndTheKnownOnes() {
        Answer answer = client.post("/api/v1/orders", """
                {"prompt":"x","parts":[{"nmae":"purple-elephant"}]}""");

        assertThat(answer.problem()).isEqualTo("400 validation-failed");
        assertThat(answer.errors()).containsExactly("parts[0].nmae: is not known here; known are name");
        assertThat(answer.body()).doesNotContain(SECRET);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"prompt\":\"purple-elephant",
                "{\"prompt\":purple-elephant}",
                "purple-elephant",
                "",
                "{\"prompt\":\"x\"} purple-elephant",
                "{\"prompt\":\"x\"}{\"prompt\":\"purple-elephant\"}"
            })
    void refusesWhatIsNotJsonWithoutQuotingIt(String body) {
        Answer answer = client.post("/api/v1/orders", body);

        assertThat(answer.problem()).isEqualTo("400 validation-failed");
        assertThat(answer.body()).doesNotContain("purple", "elephant", "jackson", "java");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    /api/v1/orders/purple-elephant           | id: must be a UUID
                    /api/v1/waits?wait=purple-elephant       | wait: must be a duration such as PT30S
                    /api/v1/waits?wait=30                    | wait: must be a duration such as PT30S
                    /api/v1/waits?wait=-PT1S                 | wait: must be a duration such as PT30S
                    /api/v1/waits                            | wait: is required
                    /api/v1/shapes?size=9                    | size: must be less than or equal to 5
                    /api/v1/shapes?size=x                    | size: must be a whole number
                    /api/v1/shapes?size=1&shape=oval         | shape: must be one of ROUND, SQUARE
                    /api/v1/headers                          | Idempotency-Key: is required
                    /api/v1/pages?limit=0                    | limit: must be greater than or equal to 1
                    /api/v1/pages?limit=201                  | limit: must be less than or equal to 200
                    /api/v1/pages?limit=many                 | limit: must be a whole number
                    /api/v1/pages?cursor=purple              | cursor: must be the next of the page before
                    /api/v1/pages?limit=1&limit=2            | limit: must be given only once
                    /api/v1/pages?limt=1                     | limt: is not known here; did you mean limit?
                    /api/v1/pages?size=1                     | size: is not known here; known are cursor, limit
                    /api/v1/headers?limit=1                  | limit: is not known here; there are no query parameters
                    """)
    void namesTheParameterAndWhatIsAllowed(String path, String error) {
        Answer answer = client.get(path, "Accept-Language", "de");

        assertThat(answer.problem()).isEqualTo("400 validation-failed");
        assertThat(answer.errors()).containsExactly(error);
        assertThat(answer.json().path("detail").asString()).doesNotContain(SECRET);
    }

    @Test
    void namesAHeaderByItsOwnName() {
        assertThat(client.get("/api/v1/headers", "Idempotency-Key", "too-long").errors())
                .containsExactly("Idempotency-Key: size must be between 0 and 5");
    }

    @ParameterizedTest
    @CsvSource({"PT30S,PT30S", "30s,PT30S", "5m,PT5M", "PT0S,PT0S"})
    void readsDurationsInBothForms(String text, String duration) {
        assertThat(client.get("/api/v1/waits?wait=" + text).body()).contains(duration);
    }

    @Test
    void pagesGoOnFromTheCursor() {
        String next = client.get("/api/v1/pages").json().path("next").asString();

        Answer second = client.get("/api/v1/pages?limit=200&cursor=" + next);

        assertThat(Cursor.decode(second.json().path("next").asString(), 1).number(0))
                .isEqualTo(250);
    }

    @Test
    void saysWhichMethodsMediaTypesAndPathsThereAre() {
        Answer method = client.send("DELETE", "/api/v1/orders", BodyPublishers.noBody());
        Answer type = client.send("POST", "/api/v1/orders", BodyPublishers.ofString("x"), "Content-Type", "text/csv");
        Answer accept = client.get("/api/v1/orders/01890a5d-ac96-774b-bcce-b302099a8057", "Accept", "image/png");

        assertThat(method.problem()).isEqualTo("405 method-not-allowed");
        assertThat(method.header("Allow")).isEqualTo("POST");
        assertThat(type.problem()).isEqualTo("415 unsupported-media-type");
        assertThat(type.json().path("detail").asString()).contains("application/json");
        assertThat(accept.problem()).isEqualTo("406 not-acceptable");
        assertThat(client.get("/api/v1/nothing").problem()).isEqualTo("404 not-found");
        assertThat(client.get("/nothing").problem()).isEqualTo("404 not-found");
        assertThat(client.get("/api//v1").problem()).isEqualTo("400 validation-failed");
        assertThat(client.get("/api/v1/%00").problem()).isEqualTo("400 validation-failed");
    }

    @Test
    void answersAProblemEvenToAClientThatAcceptsOnlyEvents() {
        assertThat(client.get("/api/v1/queue-full", "Accept", "text/event-stream")
                        .problem())
                .isEqualTo("429 queue-full");
    }

    @Test
    void logsACrashWithItsStackButNeverWhatTheClientSent(CapturedOutput output) {
        Answer answer = client.send(
                "POST", "/api/v1/crashes", BodyPublishers.ofString(SECRET), "Content-Type", "application/json");

        assertThat(answer.problem()).isEqualTo("500 internal-error");
        assertThat(answer.body()).doesNotContain(SECRET, "Exception", "dev.claudepool");
        assertThat(output)
                .contains("java.lang.IllegalStateException", "TestingController.crash", "Caused by: java.lang.Illegal")
                .doesNotContain(SECRET);
    }
}

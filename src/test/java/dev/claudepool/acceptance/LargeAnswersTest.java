package dev.claudepool.acceptance;

import static dev.claudepool.acceptance.ItemAssert.assertThatTask;
import static dev.claudepool.acceptance.RequestBody.step;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.claudepool.claude.StubCli;
import dev.claudepool.demo.MessagesApi;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Answers that are larger than the heap of the service, which is 256 MB: thirty outputs have 180 MB. */
class LargeAnswersTest {

    private static final JsonMapper JSON = new JsonMapper();
    private static final Duration LONGEST = Duration.ofMinutes(5);
    private static final int MEGABYTES = 6;
    private static final String PROMPT = "STUB:big " + MEGABYTES;
    private static final List<Integer> OUTPUTS = Collections.nCopies(30, MEGABYTES << 20);
    private static final int AT_ONCE = 4;

    @TempDir
    private static Path directory;

    private static MessagesApi api;
    private static ServiceProcess service;
    private static String fanOut;

    private final HttpClient http = HttpClient.newHttpClient();

    @BeforeAll
    static void runTasks() throws Exception {
        api = MessagesApi.start();
        service = ServiceProcess.start(
                directory,
                List.of("-Xmx256m", "-XX:+ExitOnOutOfMemoryError"),
                TestingPool.properties(
                        directory,
                        StubCli.program(),
                        api,
                        "claude-pool.slots=1",
                        "claude-pool.isolation=conversation"));
        String prompts = JSON.writeValueAsString(Map.of("prompts", Collections.nCopies(OUTPUTS.size(), PROMPT)));

        Answer waited = read(HttpClient.newHttpClient()
                .send(
                        service.client()
                                .request("/fan-outs?wait=" + LONGEST)
                                .POST(BodyPublishers.ofString(prompts))
                                .build(),
                        BodyHandlers.ofInputStream()));

        assertThat(waited).isEqualTo(new Answer(200, OUTPUTS));
        fanOut = service.client().get("/fan-outs").json().at("/items/0/id").asString();
    }

    @AfterAll
    static void stop() {
        service.close();
        api.close();
    }

    @Test
    void manyListsAndFanOutsAtOnceAreAnswered() throws Exception {
        List<Callable<Answer>> requests = Stream.of(
                        Collections.nCopies(AT_ONCE, (Callable<Answer>) () -> get("/tasks")),
                        Collections.nCopies(AT_ONCE, (Callable<Answer>) () -> get("/tasks?fields=full")),
                        Collections.nCopies(AT_ONCE, (Callable<Answer>) () -> get("/fan-outs/" + fanOut)))
                .flatMap(List::stream)
                .toList();

        List<Answer> answers = new ArrayList<>();
        try (ExecutorService clients = Executors.newFixedThreadPool(requests.size())) {
            for (Future<Answer> answer : clients.invokeAll(requests)) {
                answers.add(answer.get());
            }
        }

        Answer list = new Answer(200, List.of());
        Answer page = new Answer(200, OUTPUTS.subList(0, 1));
        Answer whole = new Answer(200, OUTPUTS);
        assertThat(answers).containsExactly(list, list, list, list, page, page, page, page, whole, whole, whole, whole);
        assertThat(service.client().get("/pool").status()).isEqualTo(200);
        assertThat(service.output()).doesNotContain("OutOfMemoryError");
    }

    @Test
    void aChainIsReadStepByStep() throws Exception {
        List<RequestBody> steps =
                IntStream.range(0, 20).mapToObj(i -> step("s" + i, PROMPT)).toList();
        String id = service.client().submitChain(Map.of("steps", steps));
        await().atMost(LONGEST)
                .until(() -> !service.client()
                        .get("/chains?limit=1")
                        .json()
                        .at("/items/0/finishedAt")
                        .isNull());

        assertThat(service.client()
                        .get("/chains")
                        .json()
                        .at("/items/0/counts/succeeded")
                        .asInt())
                .isEqualTo(steps.size());
        List<Integer> outputs = Collections.nCopies(steps.size() + 1, MEGABYTES << 20); // the last is that of the chain
        assertThat(get("/chains/" + id)).isEqualTo(new Answer(200, outputs));
        assertThat(get("/chains?fields=full&limit=1")).isEqualTo(new Answer(200, outputs));
    }

    @Test
    void whatIsListedIsShort() {
        JsonNode task = service.client().get("/tasks?limit=1").json().at("/items/0");

        assertThatTask(task).hasSucceeded();
        assertThat(task.at("/prompt").asString()).isEqualTo(PROMPT);
        assertThat(task.at("/spentUsd").asDouble()).isPositive();
        assertThat(task.has("result")).isFalse();
    }

    @Test
    void pagesOfWholeTasksGoOnWhereTheLastEnded() {
        List<String> listed = ids(service.client().get("/tasks?limit=3").json());
        List<String> whole = new ArrayList<>();
        String cursor = "";
        for (int i = 0; i < listed.size(); i++) {
            JsonNode page =
                    service.client().get("/tasks?fields=full&cursor=" + cursor).json();
            whole.addAll(ids(page));
            cursor = page.at("/next").asString();
        }

        assertThat(whole).isEqualTo(listed);
    }

    @Test
    void answersAreCompressedForThoseWhoWantThat() throws Exception {
        HttpResponse<InputStream> response = http.send(
                service.client()
                        .request("/tasks?fields=full")
                        .header("Accept-Encoding", "gzip")
                        .build(),
                BodyHandlers.ofInputStream());

        assertThat(response.headers().firstValue("Content-Encoding")).hasValue("gzip");
        try (InputStream body = new GZIPInputStream(response.body())) {
            assertThat(outputs(body)).isEqualTo(OUTPUTS.subList(0, 1));
        }
    }

    @Test
    void eventsAreNotCompressed() throws Exception {
        String id = ids(service.client().get("/tasks?limit=1").json()).getFirst();

        HttpResponse<String> events = http.send(
                service.client()
                        .request("/tasks/" + id + "/events")
                        .header("Accept-Encoding", "gzip")
                        .build(),
                BodyHandlers.ofString());

        assertThat(events.headers().firstValue("Content-Encoding")).isEmpty();
        assertThat(events.body()).contains("event: task.state");
    }

    private static List<String> ids(JsonNode page) {
        return page.at("/items")
                .valueStream()
                .map(item -> item.at("/id").asString())
                .toList();
    }

    private Answer get(String path) throws Exception {
        return read(http.send(service.client().request(path).build(), BodyHandlers.ofInputStream()));
    }

    private static Answer read(HttpResponse<InputStream> response) throws Exception {
        try (InputStream body = response.body()) {
            return new Answer(response.statusCode(), outputs(body));
        }
    }

    /** The lengths of all members of that name which are texts. */
    private static List<Integer> outputs(InputStream json) {
        List<Integer> lengths = new ArrayList<>();
        try (JsonParser parser = JSON.createParser(json)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token == JsonToken.VALUE_STRING && "output".equals(parser.currentName())) {
                    lengths.add(parser.getStringLength());
                }
            }
        }
        return lengths;
    }

    /**
     * What came back.
     *
     * @param outputs their lengths
     */
    private record Answer(int status, List<Integer> outputs) {}
}

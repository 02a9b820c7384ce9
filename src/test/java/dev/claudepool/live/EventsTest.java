package dev.claudepool.live;

import static java.util.stream.IntStream.range;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.claudepool.event.EventLog.Subject;
import dev.claudepool.event.EventType;
import dev.claudepool.live.Pump.Transport;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class EventsTest extends LiveServerTest {

    private static HttpClient http;

    private long before;

    @BeforeAll
    static void openClient() {
        http = HttpClient.newHttpClient();
    }

    @AfterAll
    static void closeClient() {
        http.close();
    }

    @BeforeEach
    void appendOne() {
        state(ids.next(), "QUEUED");
        before = log.lastSeq();
    }

    @Test
    void pagesLeadThroughAllEventsInOrder() throws Exception {
        UUID task = ids.next();
        range(0, 5).forEach(i -> text(task, "t" + i));

        List<String> texts = new ArrayList<>();
        JsonNode page = page("?limit=2&after=" + before);
        for (long after = before; page.get("next").asLong() > after; page = page("?limit=2&after=" + after)) {
            assertThat(page.get("items").size()).isLessThanOrEqualTo(2);
            page.get("items")
                    .forEach(event -> texts.add(event.get("data").get("text").asString()));
            after = page.get("next").asLong();
        }

        assertThat(texts).containsExactly("t0", "t1", "t2", "t3", "t4");
        assertThat(page.get("items")).isEmpty();
        assertThat(page.get("next").asLong()).isEqualTo(log.lastSeq());
    }

    @Test
    void pagesHoldOnlyTheTypesAndTagsThatAreWanted() throws Exception {
        UUID nightly = ids.next();
        append(tagged(nightly, "nightly"), EventType.TASK_STATE, "state", "QUEUED");
        append(tagged(nightly, "nightly", "slow"), EventType.TASK_TEXT, "text", "both");
        append(Subject.POOL, EventType.POOL_STATE, "state", "PAUSED");

        assertThat(types("&types=task.state&types=pool.state")).containsExactly("task.state", "pool.state");
        assertThat(types("&tag=nightly")).containsExactly("task.state", "task.text");
        assertThat(types("&tag=nightly&tag=slow")).containsExactly("task.text");
        assertThat(types("&tag=night")).isEmpty();
        assertThat(page("?after=" + before).toString()).doesNotContain("\"tags\"");
    }

    @Test
    void aStreamBeginsWithWhatHappensNext() throws Exception {
        UUID task = ids.next();
        try (SseClient client = SseClient.ofAll(port, "?types=task.text", null)) {
            await().until(() -> feed.count(Transport.SSE) > 0);
            text(task, "live");
            state(task, "RUNNING");
            delta(task, "unwanted");
            text(task, "too");

            assertThat(textOf(client.next().orElseThrow())).isEqualTo("live");
            assertThat(textOf(client.next().orElseThrow())).isEqualTo("too");
        }
    }

    @Test
    void aStreamSendsWhatWasMissedAndThenWhatHappens() throws Exception {
        UUID task = ids.next();
        text(task, "missed");
        try (SseClient client = SseClient.ofAll(port, "?after=" + before, null)) {
            assertThat(textOf(client.next().orElseThrow())).isEqualTo("missed");
            text(task, "live");
            assertThat(textOf(client.next().orElseThrow())).isEqualTo("live");
        }
        try (SseClient client = SseClient.ofAll(port, "?after=0", Long.toString(before + 1))) {
            assertThat(textOf(client.next().orElseThrow()))
                    .as("the header takes the place of the parameter")
                    .isEqualTo("live");
        }
    }

    @Test
    void aStreamOfATagSendsItsPartialTextWhereThatIsWanted() throws Exception {
        UUID task = ids.next();
        append(tagged(task, "nightly"), EventType.TASK_TEXT, "text", "first");
        try (SseClient client = SseClient.ofAll(port, "?tag=nightly&deltas=true&after=" + before, null)) {
            assertThat(textOf(client.next().orElseThrow())).isEqualTo("first");
            delta(ids.next(), "of another");
            publish(tagged(task, "nightly"), "partial");

            SseClient.Message partial = client.next().orElseThrow();

            assertThat(partial.event()).isEqualTo("task.delta");
            assertThat(partial.id()).isNull();
            assertThat(textOf(partial)).isEqualTo("partial");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "?after=-1, after",
        "?after=999999999, after",
        "?limit=0, limit",
        "?limit=201, limit",
        "?types=task.stat, types",
        "?deltas=true, deltas",
        "?tags=nightly, tags"
    })
    void badPagesAreRefused(String query, String field) throws Exception {
        HttpResponse<String> answer = get(query, "application/json");

        assertThat(answer.statusCode()).isEqualTo(400);
        JsonNode errors = json.readTree(answer.body()).get("errors");
        assertThat(errors.get(0).get("field").asString()).isEqualTo(field);
    }

    @Test
    void noMoreTagsAreTakenThanAQueryCanHold() throws Exception {
        assertThat(get("?" + "tag=a&".repeat(20), "application/json").statusCode())
                .isEqualTo(200);
        assertThat(get("?" + "tag=a&".repeat(1_001), "application/json").statusCode())
                .isEqualTo(400);
        assertThat(get("?" + "tag=a&".repeat(21), "text/event-stream").statusCode())
                .isEqualTo(400);
    }

    @ParameterizedTest
    @CsvSource({"?after=999999999", "?deltas=maybe", "?limit=3"})
    void badStreamsAreRefused(String query) throws Exception {
        assertThat(get(query, "text/event-stream").statusCode()).isEqualTo(400);
    }

    private List<String> types(String query) throws Exception {
        return page("?after=" + before + query)
                .get("items")
                .valueStream()
                .map(event -> event.get("type").asString())
                .toList();
    }

    private JsonNode page(String query) throws Exception {
        HttpResponse<String> answer = get(query, "application/json");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return json.readTree(answer.body());
    }

    private HttpResponse<String> get(String query, String accept) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/v1/events" + query))
                .header("Authorization", "Bearer " + TOKEN)
                .header("Accept", accept)
                .build();
        return http.send(request, BodyHandlers.ofString());
    }

    private String textOf(SseClient.Message message) {
        return json.readTree(message.data()).get("data").get("text").asString();
    }

    private static Subject tagged(UUID task, String... tags) {
        return new Subject(task, null, null, "slot-0", List.of(tags));
    }
}

package dev.claudepool.acceptance;

import static dev.claudepool.acceptance.RequestBody.task;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.claudepool.stomp.TestingStompClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Clients that lose their connection in the middle of a task, with the real CLI. */
class ReconnectTest {

    private static final JsonMapper JSON = new JsonMapper();
    /** Ten tool uses, each of which brings stored events. */
    private static final String BUSY =
            "[[tool:Glob {\"pattern\":\"*.none\"}]]".repeat(10) + "[[slow:1500]][[large:300]]";

    @TempDir
    static Path directory;

    @AutoClose
    private static TestingPool pool;

    private static PoolClient client;

    @BeforeAll
    static void start() throws Exception {
        pool = TestingPool.real(directory, "claude-pool.slots=1");
        client = pool.client();
    }

    @Test
    void stompClientHasEveryStoredEventOnceAndInOrder() throws Exception {
        String id = client.submit(task(BUSY));
        List<JsonNode> seen = new ArrayList<>();
        try (TestingStompClient first = TestingStompClient.connect(client.port(), TestingPool.TOKEN)) {
            BlockingQueue<JsonNode> events = first.subscribe("/topic/tasks/" + id, 0L);
            while (stored(seen).size() < 4) {
                seen.add(next(events));
            }
        }
        await("more happens meanwhile")
                .atMost(Duration.ofSeconds(30))
                .until(() -> client.get("/tasks/" + id)
                        .json()
                        .at("/state")
                        .asString()
                        .equals("SUCCEEDED"));
        long last = stored(seen).getLast().at("/seq").asLong();

        try (TestingStompClient second = TestingStompClient.connect(client.port(), TestingPool.TOKEN)) {
            BlockingQueue<JsonNode> events = second.subscribe("/topic/tasks/" + id, last);
            while (!isFinal(seen.getLast())) {
                seen.add(next(events));
            }
        }

        assertThat(seqs(stored(seen)))
                .isEqualTo(seqs(overSse(id, 0)))
                .isSorted()
                .doesNotHaveDuplicates();
        assertThat(stored(seen)).hasSizeGreaterThan(20);
    }

    @Test
    void curlWithLastEventIdHasTheRest() throws Exception {
        String id = client.run(BUSY).json().at("/taskId").asString();
        List<Long> all = seqs(overSse(id, 0));

        Process curl = new ProcessBuilder(
                        "curl",
                        "-sN",
                        "-m",
                        "20",
                        "-H",
                        "Authorization: Bearer " + TestingPool.TOKEN,
                        "-H",
                        "Last-Event-ID: " + all.get(4),
                        "http://127.0.0.1:" + client.port() + "/api/v1/tasks/" + id + "/events")
                .start();

        List<Long> rest = seqs(parsed(new String(curl.getInputStream().readAllBytes(), UTF_8)));
        assertThat(curl.waitFor()).isZero();
        assertThat(rest).isEqualTo(all.subList(5, all.size()));
    }

    @Test
    void partialTextIsCoalescedAndNotStored() throws Exception {
        String id = client.submit("[[slow:3000]][[large:20000]]");
        List<JsonNode> seen = new ArrayList<>();
        try (TestingStompClient live = TestingStompClient.connect(client.port(), TestingPool.TOKEN)) {
            BlockingQueue<JsonNode> events = live.subscribe("/topic/tasks/" + id, 0L);
            do {
                seen.add(next(events));
            } while (!isFinal(seen.getLast()));
        }

        List<JsonNode> deltas =
                seen.stream().filter(event -> event.at("/seq").isNull()).toList();
        assertThat(deltas)
                .hasSizeBetween(2, 25)
                .allMatch(event -> event.at("/type").asString().equals("task.delta"));
        assertThat(overSse(id, 0))
                .noneMatch(event -> event.at("/type").asString().equals("task.delta"));
    }

    private static List<JsonNode> overSse(String id, long after) {
        return parsed(client.send(client.request("/tasks/" + id + "/events")
                        .header("Last-Event-ID", Long.toString(after))
                        .GET())
                .text());
    }

    private static List<JsonNode> parsed(String stream) {
        return stream.lines()
                .filter(line -> line.startsWith("data:"))
                .map(line -> JSON.readTree(line.substring("data:".length())))
                .toList();
    }

    private static JsonNode next(BlockingQueue<JsonNode> events) throws InterruptedException {
        JsonNode event = events.poll(30, TimeUnit.SECONDS);
        assertThat(event).as("the next event").isNotNull();
        return event;
    }

    private static List<JsonNode> stored(List<JsonNode> events) {
        return events.stream().filter(event -> !event.at("/seq").isNull()).toList();
    }

    private static List<Long> seqs(List<JsonNode> events) {
        return events.stream().map(event -> event.at("/seq").asLong()).toList();
    }

    private static boolean isFinal(JsonNode event) {
        return event.at("/type").asString().equals("task.state")
                && List.of("SUCCEEDED", "FAILED", "CANCELLED")
                        .contains(event.at("/data/state").asString());
    }
}

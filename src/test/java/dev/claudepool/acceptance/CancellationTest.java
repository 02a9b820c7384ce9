package dev.claudepool.acceptance;

import static dev.claudepool.acceptance.ItemAssert.assertThatTask;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.claudepool.demo.Exchange;
import dev.claudepool.demo.Exchange.State;
import dev.claudepool.stomp.TestingStompClient;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Cancelling, with the real CLI. */
class CancellationTest {

    private static final Duration SOON = Duration.ofSeconds(30);

    @TempDir
    Path directory;

    @AutoClose
    private TestingPool pool;

    private PoolClient client;

    @BeforeEach
    void start() throws Exception {
        pool = TestingPool.real(directory, "claude-pool.slots=1");
        client = pool.client();
    }

    @Test
    void runningTaskIsSoonStoppedAndItsCostIsKept() throws Exception {
        String id = client.submit("first [[slow:60000]][[large:4000]]");
        awaitDelta(id);

        assertThat(client.task(id).at("/cancelling").asBoolean()).isFalse();
        PoolClient.Answer cancelling = client.post("/tasks/" + id + "/cancel", Map.of());
        assertThat(cancelling.status()).isEqualTo(202);
        assertThat(cancelling.json().at("/cancelling").asBoolean()).isTrue();

        JsonNode task = client.awaitState(id, "CANCELLED", Duration.ofSeconds(10));
        assertThat(task.at("/result/spentUsd").decimalValue()).isGreaterThan(BigDecimal.ZERO);
        assertThatTask(task).hasErrorCode("task-cancelled");
        assertThat(task.at("/cancelling").asBoolean()).isFalse();
        await().atMost(Duration.ofSeconds(10)).until(() -> exchange("first").state() == State.DROPPED_BY_CLIENT);
        assertThat(client.get("/tasks/" + id + "/result").code()).isEqualTo("task-cancelled");

        assertThatTask(client.run("next [[echo:fine]]").json()).hasOutput("fine");
    }

    @Test
    void queuedTaskNeverReachesTheApi() throws Exception {
        String running = client.submit("first [[hang]]");
        pool.api().await(exchange -> exchange.state() == State.STREAMING, SOON);
        String queued = client.submit("never to be seen");

        client.post("/tasks/" + queued + "/cancel", Map.of());

        assertThatTask(client.task(queued)).isCancelled();
        assertThat(client.task(queued).at("/result").isNull()).isTrue();
        client.post("/tasks/" + running + "/cancel", Map.of());
        assertThat(client.run("last [[echo:fine]]").status()).isEqualTo(200);
        assertThat(pool.api().exchanges())
                .extracting(Exchange::lastUserText)
                .noneMatch(text -> text.contains("never to be seen"));
    }

    @Test
    void cancellingATaskThatHasEndedChangesNothing() {
        String id = client.run("[[echo:done]]").json().at("/taskId").asString();

        assertThatTask(client.post("/tasks/" + id + "/cancel", Map.of()).json()).hasSucceeded();
    }

    /** Waits for a part of the reply: the CLI prices a reply that it abandons only if it has read its beginning. */
    private void awaitDelta(String id) throws Exception {
        try (TestingStompClient stomp = TestingStompClient.connect(client.port(), TestingPool.TOKEN)) {
            BlockingQueue<JsonNode> events = stomp.subscribe("/topic/tasks/" + id, 0L);
            await().atMost(SOON)
                    .until(() -> events.take().at("/type").asString().equals("task.delta"));
        }
    }

    private Exchange exchange(String prompt) {
        return pool.api().exchanges().stream()
                .filter(exchange -> exchange.lastUserText().contains(prompt))
                .findFirst()
                .orElseThrow();
    }
}

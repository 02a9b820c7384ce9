package dev.claudepool.acceptance;

import static dev.claudepool.acceptance.RequestBody.task;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.claudepool.RawClient;
import io.micrometer.core.instrument.LongTaskTimer;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Clients that stop waiting, and clients that would wait too long, with the real CLI. */
@Timeout(300)
class AbandonedWaitsTest {

    private static final int EACH = 4;

    @TempDir
    private Path directory;

    @Test
    void clientsThatGiveUpLeaveNothingBehind() throws Exception {
        try (TestingPool pool = TestingPool.real(directory, "claude-pool.slots=1", "claude-pool.web.max-waits=32")) {
            pool.client().post("/pool/pause", Map.of());
            String task = pool.client().submit("[[echo:late]]");
            List<RawClient> clients = new ArrayList<>();
            for (int i = 0; i < EACH; i++) {
                clients.add(waiting(pool, "POST", "/run", "{\"prompt\":\"[[echo:x]]\"}"));
                clients.add(waiting(pool, "GET", "/tasks/" + task + "/result?wait=PT1H", ""));
                clients.add(waiting(pool, "POST", "/fan-outs?wait=PT1H", "{\"prompts\":[\"[[echo:x]]\"]}"));
                clients.add(waiting(
                        pool, "POST", "/chains?wait=PT1H", "{\"steps\":[{\"name\":\"a\",\"prompt\":\"[[echo:x]]\"}]}"));
                clients.add(keptAlive(pool, "GET", "/tasks/" + task + "/result?wait=PT1H"));
            }
            await().until(() -> underWay(pool) == clients.size());

            for (int i = 0; i < clients.size(); i += 2) {
                clients.get(i).close();
                clients.get(i + 1).reset();
            }

            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(underWay(pool)).isZero());
            assertThat(pool.client().post("/pool/resume", Map.of()).status()).isEqualTo(200);
            assertThat(pool.client()
                            .awaitEnd(task, Duration.ofSeconds(60))
                            .get("state")
                            .asString())
                    .isEqualTo("SUCCEEDED");
        }
    }

    @Test
    void whoStillReadsGetsTheAnswerOfAWaitThatWasTooShort() throws Exception {
        try (TestingPool pool = TestingPool.real(directory, "claude-pool.slots=1")) {
            pool.client().post("/pool/pause", Map.of());
            try (RawClient client = waiting(pool, "POST", "/run", "{\"prompt\":\"[[echo:x]]\"}")) {
                client.closeSending();

                assertThat(client.readUntil("wait-timed-out"))
                        .startsWith("HTTP/1.1 504")
                        .contains("Location: /api/v1/tasks/");
            }
        }
    }

    @Test
    void whatAClientSendsWhileItWaitsIsAnsweredAfterwards() throws Exception {
        try (TestingPool pool = TestingPool.real(directory, "claude-pool.slots=1")) {
            String task = pool.client().submit("[[slow:4000]] [[echo:waited]]");
            try (RawClient client = waiting(pool, "GET", "/tasks/" + task + "/result?wait=PT5M", "")) {
                await().until(() -> underWay(pool) == 1);
                client.send(RawClient.request("GET", "/api/v1/nothing/here", TestingPool.TOKEN, ""));

                assertThat(client.readUntil("\"sessionId\""))
                        .startsWith("HTTP/1.1 200")
                        .contains("waited");
                assertThat(client.readUntil("not-found")).contains("HTTP/1.1 404");
            }
        }
    }

    @Test
    void noWaitIsLongerThanTheLongest() throws Exception {
        try (TestingPool pool = TestingPool.real(directory, "claude-pool.slots=1", "claude-pool.web.max-wait=1s")) {
            PoolClient client = pool.client();
            client.post("/pool/pause", Map.of());

            PoolClient.Answer run = client.post("/run", task("[[echo:x]]"));
            PoolClient.Answer longer = client.post("/run?wait=PT2S", task("[[echo:x]]"));

            assertThat(run.status() + " " + run.code()).isEqualTo("504 wait-timed-out");
            assertThat(run.response().headers().firstValue("Location")).isPresent();
            assertThat(longer.status()).isEqualTo(400);
            assertThat(longer.text()).contains("wait: must be at most PT1S");
            assertThat(client.get("/tasks").json().get("items")).hasSize(1);
        }
    }

    @Test
    void aTokenHasOnlySoManyWaits() throws Exception {
        try (TestingPool pool = TestingPool.real(directory, "claude-pool.slots=1", "claude-pool.web.max-waits=2")) {
            PoolClient client = pool.client();
            client.post("/pool/pause", Map.of());
            try (RawClient first = waiting(pool, "POST", "/run", "{\"prompt\":\"[[echo:x]]\"}");
                    RawClient _ = waiting(pool, "POST", "/run", "{\"prompt\":\"[[echo:x]]\"}")) {
                await().until(() -> underWay(pool) == 2);
                await().until(() -> client.get("/tasks").json().get("items").size() == 2);

                PoolClient.Answer third = client.post("/run", task("[[echo:x]]"));
                assertThat(third.status() + " " + third.code()).isEqualTo("429 too-many-waits");
                assertThat(third.response().headers().firstValue("Retry-After")).isPresent();
                assertThat(client.get("/tasks").json().get("items")).hasSize(2);

                first.reset();
                await().atMost(Duration.ofSeconds(30)).until(() -> underWay(pool) == 1);
                assertThat(client.post("/run?wait=PT0.01S", task("[[echo:x]]")).status())
                        .isEqualTo(504);
            }
        }
    }

    private static RawClient waiting(TestingPool pool, String method, String path, String body) {
        return new RawClient(pool.client().port())
                .send(RawClient.request(method, "/api/v1" + path, TestingPool.TOKEN, body));
    }

    /** Waits on a connection that has had an answer before. */
    private static RawClient keptAlive(TestingPool pool, String method, String path) {
        RawClient client = waiting(pool, "GET", "/nothing/here", "");
        assertThat(client.readUntil("\"code\":\"not-found\"}")).contains("HTTP/1.1 404");
        return client.send(RawClient.request(method, "/api/v1" + path, TestingPool.TOKEN, ""));
    }

    private static int underWay(TestingPool pool) {
        return pool.bean(MeterRegistry.class).find("http.server.requests.active").longTaskTimers().stream()
                .mapToInt(LongTaskTimer::activeTasks)
                .sum();
    }
}

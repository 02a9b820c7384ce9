package dev.claudepool.acceptance;

import static dev.claudepool.acceptance.ItemAssert.assertThatTask;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A provider that refuses the key, or has no room, with the real CLI. */
class ProviderRefusalTest {

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
    void wrongKeyFailsTheTaskSoonKeepsTheQueueAndIsSeenInHealth() {
        pool.api().requireKey("the-right-key");
        String first = client.submit("one [[echo:1]]");
        String second = client.submit("two [[echo:2]]");

        JsonNode failed = client.awaitState(first, "FAILED", Duration.ofSeconds(10));

        assertThatTask(failed).hasErrorCode("authentication-failed");
        PoolClient.Answer health = client.get("//actuator/health");
        assertThat(health.status()).isEqualTo(503);
        assertThat(health.json().at("/components/auth/status").asString()).isEqualTo("DOWN");
        assertThat(health.json().at("/components/auth/details/reason").asString())
                .isEqualTo("authentication-failed");
        assertThatTask(client.task(second)).hasState("QUEUED");

        pool.api().requireKey("test-key");
        client.post("/pool/resume", Map.of());

        client.awaitState(second, "SUCCEEDED", Duration.ofSeconds(20));
        assertThat(client.get("//actuator/health").status()).isEqualTo(200);
    }

    @Test
    void taskWaitsOutARateLimitAndItsEventsSayWhy() {
        JsonNode result = client.run("patient [[error:429,times=2,retry-after=1]][[echo:at last]]")
                .json();

        assertThatTask(result).hasOutput("at last");
        String id = result.at("/taskId").asString();
        assertThatTask(client.task(id)).hasAttempts(1);
        String events = client.get("/tasks/" + id + "/events").text();
        assertThat(events).contains("event: task.retry", "\"reason\":\"rate_limit\"", "\"status\":429");
    }

    @Test
    void badRequestFailsTheTaskWithItsCode() {
        PoolClient.Answer answer = client.run("bad [[error:400]]");

        assertThat(answer.status()).isEqualTo(502);
        assertThat(answer.code()).isEqualTo("task-failed");
        assertThatTask(answer.json()).hasErrorCode("api-error");
        await().atMost(Duration.ofSeconds(20))
                .until(() -> client.run("good [[echo:fine]]").status() == 200);
    }
}

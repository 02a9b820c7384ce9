package dev.claudepool.acceptance;

import static dev.claudepool.acceptance.RequestBody.task;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The attempts at tasks, over HTTP. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AttemptsTest {

    private static final Duration LONGEST = Duration.ofMinutes(1);

    private TestingPool pool;
    private PoolClient client;

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        pool = TestingPool.stubbed(directory, "claude-pool.slots=1");
        client = pool.client();
    }

    @AfterAll
    void stop() {
        pool.close();
    }

    @Test
    void anAttemptShowsHowItWentAndWhatItHasCost() {
        String id = client.submit(task("a"));
        JsonNode task = client.awaitEnd(id, LONGEST);

        JsonNode attempts = client.get("/tasks/" + id + "/attempts").json();

        JsonNode only = attempts.at("/items/0");
        assertThat(attempts.at("/items")).hasSize(1);
        assertThat(attempts.at("/next").isNull()).isTrue();
        assertThat(only.propertyNames())
                .containsExactlyInAnyOrder(
                        "number",
                        "cause",
                        "slotId",
                        "sessionId",
                        "model",
                        "startedAt",
                        "finishedAt",
                        "outcome",
                        "code",
                        "spentUsd",
                        "spendEstimated",
                        "tokens");
        assertThat(only.at("/number").asInt()).isEqualTo(1);
        assertThat(only.at("/cause").asString()).isEqualTo("FIRST");
        assertThat(only.at("/outcome").asString()).isEqualTo("SUCCEEDED");
        assertThat(only.at("/code").isNull()).isTrue();
        assertThat(only.at("/slotId")).isEqualTo(task.at("/slotId"));
        assertThat(only.at("/sessionId")).isEqualTo(task.at("/sessionId"));
        assertThat(only.at("/startedAt")).isEqualTo(task.at("/startedAt"));
        assertThat(only.at("/finishedAt")).isEqualTo(task.at("/finishedAt"));
        assertThat(only.at("/model")).isEqualTo(task.at("/result/model"));
        assertThat(only.at("/spentUsd")).isEqualTo(task.at("/result/spentUsd"));
        assertThat(only.at("/tokens")).isEqualTo(task.at("/result/tokens"));
    }

    @Test
    void aTaskThatIsTriedAgainHasAnAttemptForEach() {
        String id = client.submit(task(FanOuts.FAILING).with("retries", 1));
        JsonNode task = client.awaitEnd(id, LONGEST);

        JsonNode first = client.get("/tasks/" + id + "/attempts?limit=1").json();
        JsonNode second = client.get(
                        "/tasks/" + id + "/attempts?cursor=" + first.at("/next").asString())
                .json();

        assertThat(task.at("/attempts").asInt()).isEqualTo(2);
        assertThat(FanOuts.each(first.at("/items"), "/cause")).containsExactly("FIRST");
        assertThat(FanOuts.each(second.at("/items"), "/cause")).containsExactly("RETRY");
        assertThat(FanOuts.each(second.at("/items"), "/outcome")).containsExactly("FAILED");
        assertThat(second.at("/items/0/code")).isEqualTo(task.at("/error/code"));
        assertThat(second.at("/next").isNull()).isTrue();
    }

    @Test
    void aCancelledAttemptIsShownWithItsEnd() {
        String id = client.submit(task("STUB:sleep 100000"));
        client.awaitState(id, "RUNNING", LONGEST);
        JsonNode running = client.get("/tasks/" + id + "/attempts").json().at("/items/0");
        client.post("/tasks/" + id + "/cancel", Map.of());
        client.awaitEnd(id, LONGEST);

        JsonNode attempt = client.get("/tasks/" + id + "/attempts").json().at("/items/0");

        assertThat(running.at("/outcome").isNull()).isTrue();
        assertThat(running.at("/finishedAt").isNull()).isTrue();
        assertThat(attempt.at("/outcome").asString()).isEqualTo("CANCELLED");
    }

    @Test
    void aTaskThatHasNotBegunHasNone() {
        String id = client.submit(task("a").with("notBefore", "9999-12-31T23:59:59Z"));

        assertThat(client.get("/tasks/" + id + "/attempts").json().at("/items")).isEmpty();
        client.post("/tasks/" + id + "/cancel", Map.of());
        client.delete("/tasks/" + id);

        assertThat(client.get("/tasks/" + id + "/attempts").code()).isEqualTo("task-not-found");
    }

    @Test
    void whatIsUnknownIsNotFoundAndABadCursorIsRefused() {
        String id = client.submit(task("a"));

        assertThat(client.get("/tasks/" + UUID.randomUUID() + "/attempts").code())
                .isEqualTo("task-not-found");
        assertThat(client.get("/tasks/" + id + "/attempts?cursor=x").code()).isEqualTo("validation-failed");
        assertThat(client.get("/tasks/" + id + "/attempts?limit=0").code()).isEqualTo("validation-failed");
    }
}

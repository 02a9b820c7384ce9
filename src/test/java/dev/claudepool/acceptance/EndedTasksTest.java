package dev.claudepool.acceptance;

import static dev.claudepool.acceptance.RequestBody.step;
import static dev.claudepool.acceptance.RequestBody.task;
import static org.assertj.core.api.Assertions.assertThat;

import dev.claudepool.acceptance.PoolClient.Answer;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** What clients do with tasks that have ended: look at what was asked for, retry them, delete them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EndedTasksTest {

    private static final Duration LONGEST = Duration.ofMinutes(1);

    private TestingPool pool;
    private PoolClient client;

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        pool = TestingPool.stubbed(directory, "claude-pool.slots=2", "claude-pool.task.mcp-servers=any");
        client = pool.client();
    }

    @AfterAll
    void stop() {
        pool.close();
    }

    @Test
    void theSpecShowsWhatWasAskedForAndNoSecrets() {
        String id = client.submit(task("a")
                .with("priority", 3)
                .with("metadata", Map.of("k", "v"))
                .with("mcpServers", Map.of("tickets", Map.of("command", "x", "env", Map.of("KEY", "secret")))));

        Answer spec = client.get("/tasks/" + id + "/spec");

        assertThat(spec.status()).isEqualTo(200);
        assertThat(spec.json().at("/prompt").asString()).isEqualTo("a");
        assertThat(spec.json().at("/priority").asInt()).isEqualTo(3);
        assertThat(spec.json().at("/session").asString()).isEqualTo("fresh");
        assertThat(spec.json().at("/metadata/k").asString()).isEqualTo("v");
        assertThat(spec.json().at("/mcpServers").propertyNames()).containsExactly("tickets");
        assertThat(spec.text()).doesNotContain("secret", "command");
    }

    @Test
    void anEmptyPatchRepeatsTheTaskAndLeavesItAsItIs() {
        String id = ended(task("a").with("tags", List.of("t")).with("priority", 3));
        JsonNode before = client.task(id);

        Answer answer = retry(id, "{}");

        assertThat(answer.status()).isEqualTo(202);
        String again = answer.json().at("/id").asString();
        assertThat(answer.response().headers().firstValue("Location")).contains("/api/v1/tasks/" + again);
        assertThat(answer.json().at("/retryOf").asString()).isEqualTo(id);
        client.awaitEnd(again, LONGEST);
        assertThat(client.get("/tasks/" + again + "/spec").text())
                .isEqualTo(client.get("/tasks/" + id + "/spec").text());
        assertThat(client.task(id)).isEqualTo(before);
        assertThat(before.at("/retryOf").isNull()).isTrue();
    }

    @Test
    void aPatchChangesWhatItNamesAndNullStandsForTheDefault() {
        String id = ended(task("a")
                .with("name", "old")
                .with("priority", 3)
                .with("metadata", Map.of("kept", "1", "changed", "2", "removed", "3")));

        String again = retry(id, """
                        {"prompt":"b","name":null,"priority":null,"metadata":{"changed":"4","removed":null}}""").json().at("/id").asString();

        JsonNode task = client.task(again);
        assertThat(task.at("/prompt").asString()).isEqualTo("b");
        assertThat(task.at("/name").isNull()).isTrue();
        assertThat(task.at("/priority").asInt()).isZero();
        assertThat(task.at("/metadata/kept").asString()).isEqualTo("1");
        assertThat(task.at("/metadata/changed").asString()).isEqualTo("4");
        assertThat(task.at("/metadata").size()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"prompt":null}        | prompt
            {"prompt":""}          | prompt
            {"colour":1}           | colour
            {"timeout":"soon"}     | timeout
            {"metadata":{"a":1}}   | metadata.a
            {"session":"nobody"}   | session
            """)
    void aPatchThatMakesNoTaskIsRefused(String patch, String field) {
        String id = ended(task("a"));

        Answer answer = retry(id, patch);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.code()).isEqualTo("validation-failed");
        assertThat(answer.json().at("/errors/0/field").asString()).isEqualTo(field);
    }

    @Test
    void aKeyMakesARetryHappenOnce() {
        String id = ended(task("a"));

        Answer first = retry(id, "{}", "retry-once");
        Answer second = retry(id, "{}", "retry-once");

        assertThat(second.json().at("/id")).isEqualTo(first.json().at("/id"));
        assertThat(retry(id, "{\"priority\":1}", "retry-once").code()).isEqualTo("idempotency-conflict");
        assertThat(client.send(client.request("/tasks")
                                .header("Idempotency-Key", "retry-once")
                                .POST(BodyPublishers.ofString("{\"prompt\":\"a\"}")))
                        .code())
                .isEqualTo("idempotency-conflict");
    }

    @Test
    void onlyWhatHasEndedCanBeRetriedOrDeleted() {
        String id = client.submit(task("a").with("notBefore", "9999-12-31T23:59:59Z"));

        assertThat(retry(id, "{}").code()).isEqualTo("conflict");
        assertThat(client.delete("/tasks/" + id).code()).isEqualTo("conflict");

        client.post("/tasks/" + id + "/cancel", Map.of());
        assertThat(retry(id, "{\"notBefore\":null}").status()).isEqualTo(202);
        assertThat(client.delete("/tasks/" + id).status()).isEqualTo(204);
    }

    @Test
    void whatIsUnknownIsNotFound() {
        String unknown = UUID.randomUUID().toString();

        assertThat(client.get("/tasks/" + unknown + "/spec").code()).isEqualTo("task-not-found");
        assertThat(retry(unknown, "{}").code()).isEqualTo("task-not-found");
        assertThat(client.delete("/tasks/" + unknown).code()).isEqualTo("task-not-found");
    }

    @Test
    void aDeletedTaskIsGoneAndItsCostStays() {
        String id = ended(task("a"));
        String ledger = "/budget/ledger?taskId=" + id;
        JsonNode entries = client.get(ledger).json();

        assertThat(client.delete("/tasks/" + id).status()).isEqualTo(204);

        assertThat(client.get("/tasks/" + id).code()).isEqualTo("task-not-found");
        assertThat(client.delete("/tasks/" + id).code()).isEqualTo("task-not-found");
        assertThat(client.get("/tasks").json().at("/items").valueStream())
                .noneMatch(item -> item.at("/id").asString().equals(id));
        assertThat(entries.at("/items")).isNotEmpty();
        assertThat(client.get(ledger).json()).isEqualTo(entries);
    }

    @Test
    void aRetriedTaskCanBeDeletedAndItsRetryStays() {
        String id = ended(task("a"));
        String again = retry(id, "{}").json().at("/id").asString();
        client.awaitEnd(again, LONGEST);

        assertThat(client.delete("/tasks/" + id).status()).isEqualTo(204);

        assertThat(client.task(again).at("/retryOf").asString()).isEqualTo(id);
    }

    @Test
    void aTaskOfAChainIsDeletedWithItOnly() {
        String chain = client.submitSteps(step("one", "a"));
        String id = client.awaitChain(chain, LONGEST).at("/steps/0/taskId").asString();

        assertThat(client.delete("/tasks/" + id).code()).isEqualTo("conflict");
        assertThat(client.task(id).at("/state").asString()).isEqualTo("SUCCEEDED");
    }

    @Test
    void aTaskStaysAsLongAsAnUnfinishedTaskFollowsIt() {
        String id = ended(task("a"));
        String follower = client.submit(task("b").with("session", id).with("notBefore", "9999-12-31T23:59:59Z"));

        assertThat(client.delete("/tasks/" + id).code()).isEqualTo("conflict");

        client.post("/tasks/" + follower + "/cancel", Map.of());
        assertThat(client.delete("/tasks/" + id).status()).isEqualTo(204);
        assertThat(client.task(follower).at("/state").asString()).isEqualTo("CANCELLED");
    }

    private String ended(RequestBody task) {
        String id = client.submit(task);
        client.awaitEnd(id, LONGEST);
        return id;
    }

    private Answer retry(String id, String patch) {
        return client.send(client.request("/tasks/" + id + "/retry")
                .setHeader("Content-Type", "application/merge-patch+json")
                .POST(BodyPublishers.ofString(patch)));
    }

    private Answer retry(String id, String patch, String key) {
        return client.send(client.request("/tasks/" + id + "/retry")
                .header("Idempotency-Key", key)
                .POST(BodyPublishers.ofString(patch)));
    }
}

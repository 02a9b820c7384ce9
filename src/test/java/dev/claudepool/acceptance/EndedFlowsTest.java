package dev.claudepool.acceptance;

import static dev.claudepool.acceptance.RequestBody.step;
import static dev.claudepool.acceptance.RequestBody.task;
import static org.assertj.core.api.Assertions.assertThat;

import dev.claudepool.acceptance.PoolClient.Answer;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
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

/** What clients do with chains and fan-outs that have ended: retry them, delete them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EndedFlowsTest {

    private static final Duration LONGEST = Duration.ofMinutes(1);

    private TestingPool pool;
    private PoolClient client;
    private FanOuts fanOuts;

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        pool = TestingPool.stubbed(directory, "claude-pool.slots=2", "claude-pool.isolation=conversation");
        client = pool.client();
        fanOuts = new FanOuts(client);
    }

    @AfterAll
    void stop() {
        pool.close();
    }

    @Test
    void aDeletedChainIsGoneWithItsTasksAndItsCostStays() {
        String id = client.submitSteps(step("one", "a"), step("two", "b"));
        String task = client.awaitChain(id, LONGEST).at("/steps/1/taskId").asString();
        JsonNode entries = ledger(task);

        assertThat(client.delete("/chains/" + id).status()).isEqualTo(204);

        assertThat(client.get("/chains/" + id).code()).isEqualTo("chain-not-found");
        assertThat(client.delete("/chains/" + id).code()).isEqualTo("chain-not-found");
        assertThat(client.post("/chains/" + id + "/retry", Map.of()).code()).isEqualTo("chain-not-found");
        assertThat(client.get("/tasks/" + task).code()).isEqualTo("task-not-found");
        assertThat(entries.at("/items")).isNotEmpty();
        assertThat(ledger(task)).isEqualTo(entries);
    }

    @Test
    void aDeletedFanOutIsGoneWithItsTasksAndItsCostStays() {
        JsonNode fanOut = fanOuts.run(Map.of("prompts", List.of("a", FanOuts.FAILING)), LONGEST);
        String task = FanOuts.id(fanOut.at("/tasks/0"));
        JsonNode entries = ledger(task);

        assertThat(delete(fanOut).status()).isEqualTo(204);

        assertThat(client.get("/fan-outs/" + FanOuts.id(fanOut)).code()).isEqualTo("fan-out-not-found");
        assertThat(delete(fanOut).code()).isEqualTo("fan-out-not-found");
        assertThat(client.get("/tasks/" + task).code()).isEqualTo("task-not-found");
        assertThat(ledger(task)).isEqualTo(entries);
    }

    @Test
    void whatFailedOfAFanOutIsRetriedAsANewOne() {
        JsonNode failed = fanOuts.run(
                Map.of(
                        "name", "n",
                        "tags", List.of("t"),
                        "metadata", Map.of("k", "v"),
                        "tasks", List.of(task("a"), task(FanOuts.FAILING).with("priority", 2))),
                LONGEST);

        Answer answer = retry(failed, "retry-fan-out");

        assertThat(answer.status()).isEqualTo(202);
        String id = FanOuts.id(answer.json());
        assertThat(answer.response().headers().firstValue("Location")).contains("/api/v1/fan-outs/" + id);
        assertThat(FanOuts.id(retry(failed, "retry-fan-out").json())).isEqualTo(id);
        JsonNode retry = fanOuts.awaitEnd(id, LONGEST);
        assertThat(retry.at("/retryOf")).isEqualTo(failed.at("/id"));
        assertThat(failed.at("/retryOf").isNull()).isTrue();
        assertThat(List.of("/name", "/tags", "/metadata"))
                .allMatch(field -> retry.at(field).equals(failed.at(field)));
        assertThat(FanOuts.counts(retry)).isEqualTo(Map.of("failed", 1));
        assertThat(retry.at("/tasks/0/priority").asInt()).isEqualTo(2);
        assertThat(retry.at("/tasks/0/retryOf")).isEqualTo(failed.at("/tasks/1/id"));
        assertThat(fanOuts.get(FanOuts.id(failed))).isEqualTo(failed);
    }

    @Test
    void aKeyOfAnotherRequestIsNoKeyOfARetry() {
        JsonNode failed = fanOuts.run(Map.of("prompts", List.of(FanOuts.FAILING)), LONGEST);
        JsonNode other = fanOuts.run(Map.of("prompts", List.of(FanOuts.FAILING)), LONGEST);

        assertThat(retry(failed, "other-key").status()).isEqualTo(202);

        assertThat(retry(other, "other-key").code()).isEqualTo("idempotency-conflict");
    }

    @Test
    void onlyAFanOutThatHasEndedAndOfWhichSomethingFailedIsRetried() {
        JsonNode succeeded = fanOuts.run(Map.of("prompts", List.of("a")), LONGEST);
        JsonNode running = fanOuts.submit(Map.of("tasks", List.of(never("a"), never("b"))));

        assertThat(retry(succeeded, "1").code()).isEqualTo("conflict");
        assertThat(retry(running, "2").code()).isEqualTo("conflict");
        assertThat(client.post("/fan-outs/" + UUID.randomUUID() + "/retry", Map.of())
                        .code())
                .isEqualTo("fan-out-not-found");

        fanOuts.cancel(FanOuts.id(running));
        JsonNode retry = retry(running, "2").json();
        assertThat(FanOuts.counts(retry)).isEqualTo(Map.of("queued", 2));
        fanOuts.cancel(FanOuts.id(retry));
    }

    @Test
    void aLargeFanOutIsDeletedAsAWhole() {
        JsonNode fanOut = fanOuts.submit(Map.of("prompts", Collections.nCopies(2_000, "STUB:sleep 100000")));
        fanOuts.cancel(FanOuts.id(fanOut));
        fanOuts.awaitEnd(FanOuts.id(fanOut), LONGEST);

        assertThat(delete(fanOut).status()).isEqualTo(204);

        assertThat(client.get("/tasks?fanOutId=" + FanOuts.id(fanOut)).json().at("/items"))
                .isEmpty();
    }

    @Test
    void aChainOfAFanOutIsDeletedWithItOnly() {
        JsonNode fanOut = fanOuts.run(Map.of("chains", List.of(Map.of("steps", List.of(step("one", "a"))))), LONGEST);
        String chain = "/chains/" + FanOuts.id(fanOut.at("/chains/0"));

        assertThat(client.delete(chain).code()).isEqualTo("conflict");
        assertThat(client.get(chain).json()).isEqualTo(fanOut.at("/chains/0"));
        assertThat(delete(fanOut).status()).isEqualTo(204);

        assertThat(client.get(chain).code()).isEqualTo("chain-not-found");
    }

    @Test
    void whatRunsIsNotDeleted() {
        JsonNode fanOut = fanOuts.submit(Map.of("tasks", List.of(never("a"))));
        String chain = client.submitSteps(step("one", "a").with("config", Map.of("notBefore", "9999-12-31T23:59:59Z")));

        assertThat(delete(fanOut).code()).isEqualTo("conflict");
        assertThat(client.delete("/chains/" + chain).code()).isEqualTo("conflict");

        fanOuts.cancel(FanOuts.id(fanOut));
        client.post("/chains/" + chain + "/cancel", Map.of());
        assertThat(delete(fanOut).status()).isEqualTo(204);
        assertThat(client.delete("/chains/" + chain).status()).isEqualTo(204);
    }

    @Test
    void whatAnUnfinishedTaskFollowsIsNotDeleted() {
        JsonNode fanOut = fanOuts.run(Map.of("prompts", List.of("a")), LONGEST);
        String follower = client.submit(never("b").with("session", FanOuts.id(fanOut.at("/tasks/0"))));

        assertThat(delete(fanOut).code()).isEqualTo("conflict");
        assertThat(fanOuts.get(FanOuts.id(fanOut))).isEqualTo(fanOut);

        client.post("/tasks/" + follower + "/cancel", Map.of());
        assertThat(delete(fanOut).status()).isEqualTo(204);
    }

    @ParameterizedTest
    @CsvSource({"chains, chain-not-found", "fan-outs, fan-out-not-found"})
    void whatIsUnknownIsNotFound(String path, String code) {
        assertThat(client.delete("/" + path + "/" + UUID.randomUUID()).code()).isEqualTo(code);
        assertThat(client.delete("/" + path + "/x").code()).isEqualTo("validation-failed");
    }

    private static RequestBody never(String prompt) {
        return task(prompt).with("notBefore", "9999-12-31T23:59:59Z");
    }

    private Answer delete(JsonNode fanOut) {
        return client.delete("/fan-outs/" + FanOuts.id(fanOut));
    }

    private Answer retry(JsonNode fanOut, String key) {
        return client.send(client.request("/fan-outs/" + FanOuts.id(fanOut) + "/retry")
                .header("Idempotency-Key", key)
                .POST(BodyPublishers.noBody()));
    }

    private JsonNode ledger(String task) {
        return client.get("/budget/ledger?taskId=" + task).json();
    }
}

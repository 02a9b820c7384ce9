package dev.claudepool.acceptance;

import static dev.claudepool.acceptance.ItemAssert.assertThatChain;
import static dev.claudepool.acceptance.ItemAssert.assertThatTask;
import static dev.claudepool.acceptance.RequestBody.step;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.math.BigDecimal;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * In which order the steps of chains run, and what stops them; with the stub, of which each answer costs 0.0008 USD.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ChainFlowTest {

    private static final Duration LONGEST = Duration.ofSeconds(30);

    private TestingPool pool;
    private PoolClient client;

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        pool = TestingPool.stubbed(
                directory,
                "claude-pool.slots=3",
                "claude-pool.isolation=conversation",
                "claude-pool.budget.task-usd=0.001");
        client = pool.client();
    }

    @AfterAll
    void stop() {
        pool.close();
    }

    @Test
    void independentStepsRunSideBySideAndAStepWaitsForAllItNeeds() throws Exception {
        String id = client.submitSteps(
                step("last", "{steps.left.output} and {steps.right.output}").with("needs", List.of("left", "right")),
                step("left", "STUB:until left-seen").with("needs", List.of("first")),
                step("right", "STUB:until right-seen").with("needs", List.of("first")),
                step("first", "hello").with("needs", List.of()));

        await().atMost(LONGEST)
                .until(() -> states(client.chain(id)), List.of("PENDING", "RUNNING", "RUNNING", "SUCCEEDED")::equals);
        pool.let("left-seen");
        await().atMost(LONGEST)
                .until(() -> states(client.chain(id)), List.of("PENDING", "SUCCEEDED", "RUNNING", "SUCCEEDED")::equals);
        pool.let("right-seen");

        JsonNode chain = client.awaitChain(id, LONGEST);
        assertThat(chain.at("/steps/0/output").asString()).isEqualTo("echo: saw left-seen and saw right-seen");
        assertThat(chain.at("/steps/0/needs")).extracting(JsonNode::asString).containsExactly("left", "right");
    }

    @Test
    void whenABranchFailsTheOtherMayEndAndNothingMoreBegins() throws Exception {
        String id = client.submitSteps(
                step("bad", "STUB:fail error_during_execution").with("needs", List.of()),
                step("good", "STUB:until branch").with("needs", List.of()),
                step("after", "never").with("needs", List.of("good")));
        await().atMost(LONGEST).until(() -> states(client.chain(id)).getFirst(), "FAILED"::equals);
        assertThatChain(client.chain(id)).hasState("RUNNING");

        pool.let("branch");

        JsonNode chain = client.awaitChain(id, LONGEST);
        assertThatChain(chain).hasState("FAILED");
        assertThat(states(chain)).containsExactly("FAILED", "SUCCEEDED", "SKIPPED");
    }

    @Test
    void aRetryWaitsForItsBackOff() {
        String id = client.submitSteps(step("again", "STUB:once fail error_during_execution")
                .with("failurePolicy", Map.of("retries", 1, "backoff", "PT1S")));

        JsonNode chain = client.awaitChain(id, LONGEST);

        assertThatChain(chain).hasOutput("not again");
        assertThat(chain.at("/steps/0/attempts").asInt()).isEqualTo(2);
        JsonNode second = client.task(chain.at("/steps/0/taskId").asString());
        assertThat(Duration.between(time(second, "/createdAt"), time(second, "/startedAt")))
                .isGreaterThanOrEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void aChainThatTakesTooLongIsStopped() {
        String id = client.submitChain(
                Map.of("timeout", "PT1S", "steps", List.of(step("slow", "STUB:sleep 60000"), step("next", "never"))));

        JsonNode chain = client.awaitChain(id, LONGEST);

        assertThatChain(chain).hasFailed("chain-timed-out");
        assertThat(states(chain)).containsExactly("CANCELLED", "SKIPPED");
        assertThat(Books.usd(Books.exact(client, "/budget"), "/reservedUsd")).isZero();
    }

    @Test
    void theMoneyOfTheWholeLimitsEveryStepAndEndsTheChain() {
        String id = client.submitChain(Map.of(
                "maxBudgetUsd",
                0.0016,
                "steps",
                List.of(
                        step("a", "one"),
                        step("b", "two"),
                        step("c", "three").with("failurePolicy", Map.of("retries", 3)))));

        JsonNode chain = client.awaitChain(id, LONGEST);

        assertThat(states(chain)).as(chain.toString()).containsExactly("SUCCEEDED", "SUCCEEDED", "FAILED");
        assertThatChain(chain).hasErrorCode("budget-exceeded");
        assertThat(chain.at("/steps/2/attempts").asInt()).isEqualTo(1);
        assertThat(Books.usd(Books.exact(client, "/chains/" + id), "/spentUsd"))
                .isEqualByComparingTo(new BigDecimal("0.0016"));
        assertThat(client.run("others have money").status()).isEqualTo(200);
    }

    @Test
    void optionsOfTheChainAndOfTheStepReachTheTask() {
        String id = client.submitChain(Map.of(
                "name",
                "tagged",
                "tags",
                List.of("chained"),
                "steps",
                List.of(step("a", "STUB:settings").with("config", Map.of("model", "opus", "tags", List.of("own"))))));

        JsonNode chain = client.awaitChain(id, LONGEST);

        assertThat(chain.at("/name").asString()).isEqualTo("tagged");
        assertThat(chain.at("/output").asString()).contains("\"model\":\"opus\"");
        assertThat(client.get("/tasks?tag=chained").json().at("/items/0/tags"))
                .extracting(JsonNode::asString)
                .containsExactly("own", "chained");
    }

    @Test
    void cancellingTheTaskOfAStepCancelsTheChain() throws Exception {
        String id = client.submitSteps(step("a", "STUB:until never-let"), step("b", "never"));

        client.post("/tasks/" + client.chain(id).at("/steps/0/taskId").asString() + "/cancel", Map.of());

        JsonNode chain = client.awaitChain(id, LONGEST);
        assertThatChain(chain).isCancelled();
        assertThat(states(chain)).containsExactly("CANCELLED", "SKIPPED");
    }

    @Test
    void aChainCanBeWaitedForFoundAndListed() {
        PoolClient.Answer ended = client.post("/chains?wait=PT30S", Map.of("steps", List.of(step("only", "hello"))));
        PoolClient.Answer running =
                client.post("/chains?wait=PT0.01S", Map.of("steps", List.of(step("only", "STUB:until listed"))));
        String id = running.json().at("/id").asString();

        assertThat(ended.status()).isEqualTo(200);
        assertThatTask(ended.json()).hasOutput("echo: hello");
        assertThat(running.status()).isEqualTo(202);
        assertThat(running.response().headers().firstValue("Location")).contains("/api/v1/chains/" + id);
        assertThat(client.get("/chains/" + id + "?wait=PT0.01S").status()).isEqualTo(202);
        assertThat(client.get("/chains/" + id).status()).isEqualTo(200);
        List<String> listed = new ArrayList<>();
        client.get("/chains?state=RUNNING&limit=10")
                .json()
                .at("/items")
                .forEach(chain -> listed.add(chain.at("/id").asString()));
        assertThat(listed).contains(id).doesNotContain(ended.json().at("/id").asString());
        assertThat(client.get("/chains?limit=1").json().at("/next").asString(""))
                .isNotEmpty();
        PoolClient.Answer unknown = client.get("/chains/" + UUID.randomUUID());
        assertThat(unknown.status()).isEqualTo(404);
        assertThat(unknown.code()).isEqualTo("chain-not-found");
        client.post("/chains/" + id + "/cancel", Map.of());
        client.awaitChain(id, LONGEST);
    }

    @Test
    void theSameKeyMakesTheSameChain() {
        String body = "{\"steps\":[{\"name\":\"a\",\"prompt\":\"%s\"}]}";

        PoolClient.Answer first = keyed(body.formatted("hello"));
        PoolClient.Answer second = keyed(body.formatted("hello"));
        PoolClient.Answer other = keyed(body.formatted("another"));

        assertThat(second.json().at("/id")).isEqualTo(first.json().at("/id"));
        assertThat(other.status()).isEqualTo(409);
        assertThat(other.code()).isEqualTo("idempotency-conflict");
        client.awaitChain(first.json().at("/id").asString(), LONGEST);
    }

    @Test
    void aBadStepIsNamedAndNothingIsStored() {
        int before = client.get("/chains?limit=200").json().at("/items").size();

        PoolClient.Answer answer = client.post(
                "/chains",
                Map.of(
                        "steps",
                        List.of(
                                step("a", "x"),
                                step("a", " ").with("needs", List.of("b")).with("config", Map.of()))));
        PoolClient.Answer noSlot = client.post(
                "/chains",
                Map.of("steps", List.of(step("a", "x"), step("b", "y").with("config", Map.of("slot", "slot-9")))));

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().at("/errors"))
                .extracting(error -> error.at("/field").asString())
                .containsExactly("steps[1].name", "steps[1].needs");
        assertThat(noSlot.status()).isEqualTo(503);
        assertThat(noSlot.code()).isEqualTo("no-slots-available");
        assertThat(client.get("/chains?limit=200").json().at("/items")).hasSize(before);
    }

    private PoolClient.Answer keyed(String body) {
        return client.send(
                client.request("/chains").header("Idempotency-Key", "chain-key").POST(BodyPublishers.ofString(body)));
    }

    private static Instant time(JsonNode node, String pointer) {
        return Instant.parse(node.at(pointer).asString());
    }

    private static List<String> states(JsonNode chain) {
        return StreamSupport.stream(chain.at("/steps").spliterator(), false)
                .map(step -> step.at("/state").asString())
                .toList();
    }
}

package dev.claudepool.acceptance;

import static dev.claudepool.acceptance.ItemAssert.assertThatChain;
import static dev.claudepool.acceptance.ItemAssert.assertThatTask;
import static dev.claudepool.acceptance.RequestBody.step;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.claudepool.demo.Exchange;
import dev.claudepool.demo.Exchange.State;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What chains are for, with the real CLI. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ChainTest {

    private static final Duration LONGEST = Duration.ofMinutes(1);

    private TestingPool pool;
    private PoolClient client;

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        pool = TestingPool.real(directory, "claude-pool.slots=2");
        client = pool.client();
    }

    @AfterAll
    void stop() {
        pool.close();
    }

    @Test
    void aStepGetsTheOutputOfTheOneBeforeAndIsRunAgainWhenItFails() {
        String id = client.submitSteps(
                step("analyze", "analyze the error [[echo:it is a null pointer]]"),
                step("fix", "fix this: {previous_output} [[error:413,times=1]][[echo:fixed]]")
                        .with("failurePolicy", Map.of("retries", 2)));

        JsonNode chain = client.awaitChain(id, LONGEST);

        assertThatChain(chain).hasSucceeded();
        assertThat(states(chain)).containsExactly("SUCCEEDED", "SUCCEEDED");
        assertThatChain(chain).hasOutput("fixed");
        assertThat(chain.at("/steps/1/attempts").asInt()).isEqualTo(2);
        assertThat(Stream.of(
                                "/createdAt",
                                "/steps/0/startedAt",
                                "/steps/0/finishedAt",
                                "/steps/1/startedAt",
                                "/steps/1/finishedAt",
                                "/finishedAt")
                        .map(time -> Instant.parse(chain.at(time).asString())))
                .isSorted();
        assertThat(prompt(chain, 1)).isEqualTo("fix this: it is a null pointer [[error:413,times=1]][[echo:fixed]]");
        assertThat(client.task(chain.at("/steps/1/taskId").asString())
                        .at("/chainId")
                        .asString())
                .isEqualTo(id);
        assertMoneyIsExact(id);
    }

    @Test
    void variablesComeOutOfJsonInACodeFence() {
        String id = client.submitSteps(
                step("analyze", """
                        [[echo:Here you are:
                        ```json
                        {"result": {"cause": "a \\"null\\" pointer", "lines": [3, 14.10], "sure": true}}
                        ```
                        Good luck!]]""")
                        .with(
                                "outputVars",
                                Map.of(
                                        "cause", "result.cause",
                                        "second", "result.lines[1]",
                                        "first", "result.lines.0",
                                        "all", "result")),
                step("fix", "{steps.analyze.cause}|{steps.analyze.second}|{steps.analyze.first}|{steps.analyze.all}"));

        JsonNode chain = client.awaitChain(id, LONGEST);

        assertThat(states(chain)).as(chain.toString()).containsExactly("SUCCEEDED", "SUCCEEDED");
        assertThat(prompt(chain, 1))
                .isEqualTo("a \"null\" pointer|14.10|3|"
                        + "{\"cause\":\"a \\\"null\\\" pointer\",\"lines\":[3,14.10],\"sure\":true}");
        assertThat(chain.at("/steps/0/vars/second").asString()).isEqualTo("14.10");
        assertThat(pool.api().exchanges()).extracting(Exchange::lastUserText).contains(prompt(chain, 1));
    }

    @Test
    void aVariableThatTheOutputDoesNotHaveFailsItsStep() {
        String id = client.submitSteps(
                step("analyze", "[[echo:{\"result\": {}}]]").with("outputVars", Map.of("cause", "result.cause")),
                step("fix", "never to be seen {steps.analyze.cause}"));

        JsonNode chain = client.awaitChain(id, LONGEST);

        assertThat(states(chain)).as(chain.toString()).containsExactly("FAILED", "SKIPPED");
        assertThatChain(chain).hasErrorCode("output-var-missing");
        assertThat(chain.at("/error/message").asString()).contains("result.cause", "'cause'");
        assertNotAsked("never to be seen");
    }

    @Test
    void theRecoveryPromptStandsForAStepThatFails() {
        String id = client.submitSteps(
                step("try", "[[error:413]]")
                        .with(
                                "failurePolicy",
                                Map.of(
                                        "retries",
                                        1,
                                        "recoveryPrompt",
                                        "explain what failed: {error} [[echo:it was too large]]")),
                step("report", "report: {previous_output}"));

        JsonNode chain = client.awaitChain(id, LONGEST);

        assertThatChain(chain).hasSucceeded();
        assertThat(states(chain)).containsExactly("RECOVERED", "SUCCEEDED");
        assertThat(chain.at("/steps/0/attempts").asInt()).isEqualTo(3);
        assertThat(prompt(chain, 0)).startsWith("explain what failed: Request too large");
        assertThat(prompt(chain, 1)).isEqualTo("report: it was too large");
        assertMoneyIsExact(id);
    }

    @Test
    void withoutARecoveryTheRestIsSkippedAndARetryGoesOnWithTheStepThatFailed() {
        String id = client.submitSteps(
                step("first", "[[echo:one]]"),
                step("second", "second {previous_output} [[error:413,times=1]][[echo:two]]"),
                step("third", "third {previous_output} [[echo:three]]"));
        JsonNode failed = client.awaitChain(id, LONGEST);
        assertThatTask(failed).hasState("FAILED");
        assertThat(states(failed)).containsExactly("SUCCEEDED", "FAILED", "SKIPPED");
        assertThat(failed.at("/steps/1/error")).isEqualTo(failed.at("/error"));
        assertThat(failed.at("/output").isNull()).isTrue();

        assertThat(client.post("/chains/" + id + "/retry", Map.of()).status()).isEqualTo(202);

        JsonNode chain = client.awaitChain(id, LONGEST);
        assertThat(states(chain)).as(chain.toString()).containsExactly("SUCCEEDED", "SUCCEEDED", "SUCCEEDED");
        assertThat(chain.at("/steps/0/taskId")).isEqualTo(failed.at("/steps/0/taskId"));
        assertThat(chain.at("/steps/1/attempts").asInt()).isEqualTo(2);
        assertThat(prompt(chain, 2)).startsWith("third two");
        assertMoneyIsExact(id);
        PoolClient.Answer again = client.post("/chains/" + id + "/retry", Map.of());
        assertThat(again.status()).isEqualTo(409);
        assertThat(again.code()).isEqualTo("conflict");
    }

    @Test
    void cancellingStopsTheRunningStepAndSkipsTheRest() throws Exception {
        String id = client.submitSteps(
                step("first", "[[echo:one]]"),
                step("second", "cancel me [[hang]]"),
                step("third", "never to be reached"));
        pool.api()
                .await(
                        exchange ->
                                exchange.lastUserText().contains("cancel me") && exchange.state() == State.STREAMING,
                        LONGEST);
        JsonNode progress = client.chain(id);
        assertThatChain(progress).hasState("RUNNING");
        assertThat(states(progress)).containsExactly("SUCCEEDED", "RUNNING", "PENDING");
        assertThat(progress.at("/steps/0/output").asString()).isEqualTo("one");

        assertThat(client.post("/chains/" + id + "/cancel", Map.of()).status()).isEqualTo(202);

        JsonNode chain = client.awaitChain(id, LONGEST);
        assertThatChain(chain).isCancelled();
        assertThat(states(chain)).containsExactly("SUCCEEDED", "CANCELLED", "SKIPPED");
        await().atMost(LONGEST)
                .until(() -> pool.api().exchanges().stream()
                        .anyMatch(exchange -> exchange.lastUserText().contains("cancel me")
                                && exchange.state() == State.DROPPED_BY_CLIENT));
        assertNotAsked("never to be reached");
        assertMoneyIsExact(id);
        assertThat(client.post("/chains/" + id + "/cancel", Map.of()).json()).isEqualTo(chain);
    }

    @Test
    void aChainOfOneSessionKeepsTheConversation() {
        String id = client.submitChain(Map.of(
                "session",
                "chain",
                "steps",
                List.of(
                        step("tell", "the word is plum [[echo:noted]]"),
                        step("fail", "stumble [[error:413,times=1]][[echo:up again]]")
                                .with("failurePolicy", Map.of("retries", 1)),
                        step("ask", "which word? [[recall]]"))));

        JsonNode chain = client.awaitChain(id, LONGEST);

        assertThat(states(chain)).as(chain.toString()).containsOnly("SUCCEEDED");
        assertThat(chain.at("/output").asString()).contains("the word is plum", "stumble");
        assertThat(StreamSupport.stream(chain.at("/steps").spliterator(), false)
                        .map(step -> client.task(step.at("/taskId").asString()).at("/sessionId"))
                        .distinct())
                .hasSize(1);
    }

    @Test
    void withoutItEachStepBeginsAnew() {
        String id = client.submitSteps(
                step("tell", "the word is cherry [[echo:noted]]"), step("ask", "which word? [[echo:none]][[recall]]"));

        assertThat(client.awaitChain(id, LONGEST).at("/output").asString())
                .startsWith("none")
                .doesNotContain("cherry");
    }

    /** The chain, its steps, its tasks and the ledger say the same. */
    private void assertMoneyIsExact(String id) {
        JsonNode chain = Books.exact(client, "/chains/" + id);
        BigDecimal ofSteps = BigDecimal.ZERO;
        for (JsonNode step : chain.at("/steps")) {
            ofSteps = ofSteps.add(Books.usd(step, "/spentUsd"));
        }
        Books books = Books.of(client);
        BigDecimal inLedger = tasksOf(id).map(books::spentBy).reduce(BigDecimal.ZERO, BigDecimal::add);
        assertThat(Books.usd(chain, "/spentUsd"))
                .isGreaterThan(BigDecimal.ZERO)
                .isEqualByComparingTo(ofSteps)
                .isEqualByComparingTo(inLedger);
    }

    private Stream<String> tasksOf(String chainId) {
        return StreamSupport.stream(
                        client.get("/tasks?limit=200").json().at("/items").spliterator(), false)
                .filter(task -> task.at("/chainId").asString("").equals(chainId))
                .map(task -> task.at("/id").asString());
    }

    private void assertNotAsked(String text) {
        assertThat(pool.api().exchanges()).extracting(Exchange::lastUserText).noneMatch(asked -> asked.contains(text));
    }

    private String prompt(JsonNode chain, int step) {
        return client.task(chain.at("/steps/" + step + "/taskId").asString())
                .at("/prompt")
                .asString();
    }

    private static List<String> states(JsonNode chain) {
        return StreamSupport.stream(chain.at("/steps").spliterator(), false)
                .map(step -> step.at("/state").asString())
                .toList();
    }
}

package dev.claudepool.acceptance;

import static dev.claudepool.acceptance.RequestBody.step;
import static org.assertj.core.api.Assertions.assertThat;

import dev.claudepool.event.Event;
import dev.claudepool.event.EventType;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Fan-outs whose elements are chains, over HTTP, with the stub. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FanOutOfChainsTest {

    private static final Duration LONGEST = Duration.ofSeconds(30);
    private static final Duration SHORT = Duration.ofMillis(50);

    private TestingPool pool;
    private PoolClient client;
    private FanOuts fanOuts;

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        pool = TestingPool.stubbed(directory, "claude-pool.slots=3", "claude-pool.isolation=conversation");
        client = pool.client();
        fanOuts = new FanOuts(client);
    }

    @AfterAll
    void stop() {
        pool.close();
    }

    @Test
    void chainsKeepTheOrderOfTheRequestAndAreCountedAsOne() {
        JsonNode fanOut = fanOuts.run(
                Map.of(
                        "chains",
                        List.of(
                                chain("STUB:sleep 200", "slow {previous_output}"),
                                chain("b", "{previous_output} again"),
                                chain("c"))),
                LONGEST);

        String id = FanOuts.id(fanOut);
        assertThat(FanOuts.state(fanOut)).isEqualTo("SUCCEEDED");
        assertThat(fanOut.at("/tasks")).isEmpty();
        assertThat(FanOuts.each(fanOut.at("/chains"), "/output"))
                .containsExactly("echo: slow slept 200", "echo: echo: b again", "echo: c");
        assertThat(FanOuts.each(fanOut.at("/chains"), "/fanOutId")).containsOnly(id);
        assertThat(FanOuts.counts(fanOut)).isEqualTo(Map.of("succeeded", 3));
        assertThat(Books.usd(Books.exact(client, "/fan-outs/" + id), "/spentUsd"))
                .isEqualByComparingTo(new BigDecimal("0.004"));
        assertThat(client.get("/chains/" + fanOut.at("/chains/1/id").asString()).json())
                .isEqualTo(fanOut.at("/chains/1"));
        assertThat(client.task(fanOut.at("/chains/0/steps/1/taskId").asString())
                        .at("/fanOutId")
                        .asString())
                .isEqualTo(id);
    }

    @Test
    void oneChainThatFailsHidesNothing() {
        JsonNode fanOut = fanOuts.run(
                Map.of("chains", List.of(chain("a", "b"), chain("c", FanOuts.FAILING, "never"), chain("d"))), LONGEST);

        assertThat(FanOuts.state(fanOut)).isEqualTo("FAILED");
        assertThat(FanOuts.counts(fanOut)).isEqualTo(Map.of("succeeded", 2, "failed", 1));
        assertThat(FanOuts.each(fanOut.at("/chains"), "/output")).containsExactly("echo: b", "", "echo: d");
        assertThat(fanOut.at("/chains/1/error/code").asString()).isEqualTo("execution-error");
        assertThat(FanOuts.each(fanOut.at("/chains/1/steps"), "/state"))
                .containsExactly("SUCCEEDED", "FAILED", "SKIPPED");
    }

    @Test
    void withAConcurrencyOfOneAChainBeginsWhenTheOneBeforeHasEnded() throws Exception {
        JsonNode submitted = fanOuts.submit(Map.of(
                "maxConcurrency",
                1,
                "chains",
                List.of(chain("STUB:until one-by-one", "b"), chain("c", FanOuts.FAILING), chain("d", "e"))));
        String id = FanOuts.id(submitted);
        List<String> chains = FanOuts.each(submitted.at("/chains"), "/id");

        assertThat(FanOuts.counts(submitted)).isEqualTo(Map.of("running", 1, "queued", 2));
        assertThat(FanOuts.each(submitted.at("/chains/1/steps"), "/state")).containsOnly("PENDING");
        pool.let("one-by-one");
        JsonNode ended = fanOuts.awaitEnd(id, LONGEST);
        assertThat(FanOuts.counts(ended)).isEqualTo(Map.of("succeeded", 2, "failed", 1));
        assertThat(chainsOfTasks(id)).isEqualTo(chains);
    }

    @Test
    void cancellingStopsTheChainThatRunsAndTheOnesThatWait() {
        JsonNode submitted = fanOuts.submit(Map.of(
                "maxConcurrency", 1, "chains", List.of(chain("STUB:until never", "b"), chain("c", "d"), chain("e"))));
        String id = FanOuts.id(submitted);
        client.awaitState(submitted.at("/chains/0/steps/0/taskId").asString(), "RUNNING", LONGEST);

        JsonNode cancelled = fanOuts.cancel(id);

        assertThat(FanOuts.each(cancelled.at("/chains"), "/state").subList(1, 3))
                .containsOnly("CANCELLED");
        assertThat(FanOuts.id(fanOuts.cancel(id))).isEqualTo(id);
        JsonNode ended = fanOuts.awaitEnd(id, LONGEST);
        assertThat(FanOuts.state(ended)).isEqualTo("CANCELLED");
        assertThat(FanOuts.counts(ended)).isEqualTo(Map.of("cancelled", 3));
        assertThat(FanOuts.each(ended.at("/chains/0/steps"), "/state")).containsExactly("CANCELLED", "SKIPPED");
        assertThat(FanOuts.each(ended.at("/chains/1/steps"), "/state")).containsOnly("SKIPPED");
        assertThat(FanOuts.started(pool.events(), id)).hasSize(1);
        assertThat(fanOuts.cancel(id)).isEqualTo(ended);
        assertThat(Books.usd(Books.exact(client, "/budget"), "/reservedUsd")).isZero();
    }

    @Test
    void aHeldChainThatIsCancelledByItselfLetsNoOtherGo() throws Exception {
        JsonNode submitted = fanOuts.submit(
                Map.of("maxConcurrency", 1, "chains", List.of(chain("STUB:until held-chain"), chain("b"), chain("c"))));
        String id = FanOuts.id(submitted);

        client.post("/chains/" + submitted.at("/chains/1/id").asString() + "/cancel", Map.of());

        assertThat(FanOuts.counts(fanOuts.get(id))).isEqualTo(Map.of("running", 1, "cancelled", 1, "queued", 1));
        pool.let("held-chain");
        assertThat(FanOuts.counts(fanOuts.awaitEnd(id, LONGEST))).isEqualTo(Map.of("succeeded", 2, "cancelled", 1));
    }

    @Test
    void theFirstChainThatFailsCancelsTheRestWhereThatIsWanted() throws Exception {
        JsonNode submitted = fanOuts.submit(Map.of(
                "failFast",
                true,
                "maxConcurrency",
                2,
                "chains",
                List.of(
                        chain("STUB:until never", "b"),
                        chain("STUB:until chain-fails", FanOuts.FAILING),
                        chain("never run"))));
        String id = FanOuts.id(submitted);
        client.awaitState(submitted.at("/chains/0/steps/0/taskId").asString(), "RUNNING", LONGEST);

        pool.let("chain-fails");

        JsonNode ended = fanOuts.awaitEnd(id, LONGEST);
        assertThat(FanOuts.state(ended)).isEqualTo("FAILED");
        assertThat(FanOuts.each(ended.at("/chains"), "/state")).containsExactly("CANCELLED", "FAILED", "CANCELLED");
        assertThat(FanOuts.started(pool.events(), id)).hasSize(3);
        assertThat(Books.usd(Books.exact(client, "/budget"), "/reservedUsd")).isZero();
        PoolClient.Answer retried = retry(ended.at("/chains/1/id").asString());
        assertThat(retried.status()).isEqualTo(409);
        assertThat(retried.code()).isEqualTo("conflict");
        assertThat(fanOuts.get(id)).isEqualTo(ended);
    }

    @Test
    void theRetryOfAChainLetsItsFanOutGoOn() throws Exception {
        JsonNode failed = fanOuts.run(
                Map.of("chains", List.of(chain(failingOnce("go-on"), "STUB:until retried"), chain("b"))), LONGEST);
        String id = FanOuts.id(failed);
        assertThat(FanOuts.counts(failed)).isEqualTo(Map.of("failed", 1, "succeeded", 1));

        assertThat(retry(failed.at("/chains/0/id").asString()).status()).isEqualTo(202);

        JsonNode running = fanOuts.get(id);
        assertThat(FanOuts.state(running)).isEqualTo("RUNNING");
        assertThat(running.at("/finishedAt").isNull()).isTrue();
        assertThat(FanOuts.counts(running)).isEqualTo(Map.of("running", 1, "succeeded", 1));
        assertThat(client.get("/fan-outs/" + id + "?wait=" + SHORT).status()).isEqualTo(202);
        assertThat(FanOuts.each(client.get("/fan-outs?state=RUNNING").json().at("/items"), "/id"))
                .containsExactly(id);
        pool.let("retried");
        JsonNode ended = fanOuts.awaitEnd(id, LONGEST);
        assertThat(FanOuts.state(ended)).isEqualTo("SUCCEEDED");
        assertThat(FanOuts.counts(ended)).isEqualTo(Map.of("succeeded", 2));
        assertThat(FanOuts.each(ended.at("/chains"), "/output")).containsExactly("saw retried", "echo: b");
        assertThat(ended.at("/chains/1")).isEqualTo(failed.at("/chains/1"));
    }

    @Test
    void theRetryOfAChainResumesItsFanOut() {
        JsonNode failed = fanOuts.run(Map.of("chains", List.of(chain(failingOnce("told")))), LONGEST);
        String id = FanOuts.id(failed);

        retry(failed.at("/chains/0/id").asString());

        assertThat(FanOuts.state(fanOuts.awaitEnd(id, LONGEST))).isEqualTo("SUCCEEDED");
        assertThat(FanOuts.states(pool.events(), id)).containsExactly("RUNNING", "FAILED", "RUNNING", "SUCCEEDED");
    }

    @Test
    void aChainThatIsRetriedWaitsForItsPlace() throws Exception {
        JsonNode submitted = fanOuts.submit(Map.of(
                "maxConcurrency",
                1,
                "chains",
                List.of(
                        chain(failingOnce("meanwhile"), "STUB:until retry-ends"),
                        chain("STUB:until second-ends"),
                        chain("third"))));
        String id = FanOuts.id(submitted);
        List<String> chains = FanOuts.each(submitted.at("/chains"), "/id");
        awaitChain(chains.getFirst());
        retry(chains.getFirst());
        assertThat(FanOuts.counts(fanOuts.get(id))).isEqualTo(Map.of("running", 1, "queued", 2));

        pool.let("second-ends");

        awaitChain(chains.get(1));
        assertThat(FanOuts.counts(fanOuts.get(id))).isEqualTo(Map.of("running", 1, "succeeded", 1, "queued", 1));
        pool.let("retry-ends");
        assertThat(FanOuts.counts(fanOuts.awaitEnd(id, LONGEST))).isEqualTo(Map.of("succeeded", 3));
    }

    private void awaitChain(String id) {
        assertThat(client.get("/chains/" + id + "?wait=" + LONGEST).status()).isEqualTo(200);
    }

    private PoolClient.Answer retry(String chain) {
        return client.post("/chains/" + chain + "/retry", Map.of());
    }

    /** A prompt that fails the first time; {@code name} tells it from others. */
    private static String failingOnce(String name) {
        return "STUB:once fail stub_" + name;
    }

    private static Map<String, Object> chain(String... prompts) {
        return Map.of(
                "steps",
                IntStream.range(0, prompts.length)
                        .mapToObj(i -> step("step-" + i, prompts[i]))
                        .toList());
    }

    /** The chains whose tasks were under way, in that order; one that was so again comes again. */
    private List<String> chainsOfTasks(String fanOut) {
        List<String> chains = new ArrayList<>();
        for (Event event : pool.events()) {
            String chain = String.valueOf(event.chainId());
            if (event.type() == EventType.TASK_STATE
                    && FanOuts.of(fanOut).test(event)
                    && (chains.isEmpty() || !chains.getLast().equals(chain))) {
                chains.add(chain);
            }
        }
        return chains;
    }
}

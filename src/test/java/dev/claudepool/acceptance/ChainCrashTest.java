package dev.claudepool.acceptance;

import static dev.claudepool.acceptance.ItemAssert.assertThatChain;
import static dev.claudepool.acceptance.ItemAssert.assertThatStep;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.claudepool.claude.RealCli;
import dev.claudepool.demo.Exchange.State;
import dev.claudepool.demo.MessagesApi;
import dev.claudepool.stomp.TestingStompClient;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * {@code kill -9} of the service in and between the steps of chains, with the real CLI: at a random moment, right after
 * a step has succeeded, or while one is being answered. The moments follow from a seed, which is printed;
 * {@code -Dchain.seed} repeats them, {@code -Dchain.rounds} says how many.
 */
class ChainCrashTest {

    private static final int ROUNDS = Integer.getInteger("chain.rounds", 10);
    private static final long SEED = Long.getLong("chain.seed", System.nanoTime());
    private static final Duration LONGEST = Duration.ofMinutes(1);
    private static final int LATEST_MS = 4000;

    @TempDir
    Path directory;

    private MessagesApi api;
    private ServiceProcess service;

    @Test
    void everyChainEndsAndNoStepThatHasSucceededRunsAgain() throws Exception {
        System.out.println("-Dchain.seed=" + SEED);
        Random random = new Random(SEED);
        try (MessagesApi started = MessagesApi.start()) {
            api = started;
            start();
            try {
                for (int round = 0; round < ROUNDS; round++) {
                    List<String> chains = submit("round " + round);
                    awaitMoment(round, chains, random);
                    Map<String, JsonNode> succeeded = succeededTasks(chains);

                    service.kill();
                    start();

                    for (String chain : chains) {
                        assertEnded(chain);
                    }
                    succeeded.forEach((id, task) -> assertThat(Books.exact(service.client(), "/tasks/" + id))
                            .isEqualTo(task));
                    assertMoneyIsExact(chains);
                }
                System.out.println("Killed " + ROUNDS + " times");
            } finally {
                service.close();
            }
        }
    }

    private void start() throws Exception {
        service = ServiceProcess.start(
                directory,
                TestingPool.properties(
                        directory,
                        RealCli.executable(),
                        api,
                        "claude-pool.slots=3",
                        "claude-pool.budget.cap-usd=1000",
                        "claude-pool.budget.task-usd=1"));
    }

    /** In a row, in one session, and side by side. */
    private List<String> submit(String round) {
        Map<String, Object> inARow = Map.of("steps", List.of(step(round, "a"), step(round, "b"), step(round, "c")));
        Map<String, Object> inOneSession = new HashMap<>(inARow);
        inOneSession.put("session", "chain");
        Map<String, Object> sideBySide = Map.of(
                "steps",
                List.of(step(round, "a"), step(round, "b", "a"), step(round, "c", "a"), step(round, "d", "b", "c")));
        return List.of(
                service.client().submitChain(inARow),
                service.client().submitChain(inOneSession),
                service.client().submitChain(sideBySide));
    }

    private static RequestBody step(String round, String name, String... needs) {
        String before = switch (needs.length) {
            case 0 -> name.equals("a") ? "" : " after {previous_output}";
            case 1 -> " after {previous_output}";
            default -> " after {steps.b.output}+{steps.c.output}";
        };
        RequestBody step =
                RequestBody.step(name, round + before + " [[slow:500]][[echo:" + name + " is said and done]]");
        return needs.length == 0 ? step : step.with("needs", List.of(needs));
    }

    private void awaitMoment(int round, List<String> chains, Random random) {
        long pause = TimeUnit.MILLISECONDS.toNanos(random.nextInt(LATEST_MS));
        switch (round % 3) {
            case 0 -> LockSupport.parkNanos(pause);
            case 1 -> {
                String chain = chains.get(random.nextInt(chains.size()));
                await("a step of " + chain + " has succeeded")
                        .atMost(LONGEST)
                        .pollInterval(Duration.ofMillis(5))
                        .until(() -> service.client()
                                .chain(chain)
                                .at("/steps/0/state")
                                .asString()
                                .equals("SUCCEEDED"));
            }
            default ->
                await("the second step is being answered")
                        .atMost(LONGEST)
                        .until(() -> api.exchanges().stream()
                                .anyMatch(exchange -> exchange.state() == State.STREAMING
                                        && exchange.lastUserText().startsWith("round " + round + " after a is")));
        }
    }

    /** The tasks of steps that have succeeded, by their ids. */
    private Map<String, JsonNode> succeededTasks(List<String> chains) {
        Map<String, JsonNode> tasks = new HashMap<>();
        for (String chain : chains) {
            for (JsonNode step : service.client().chain(chain).at("/steps")) {
                if (step.at("/state").asString().equals("SUCCEEDED")) {
                    String id = step.at("/taskId").asString();
                    tasks.put(id, Books.exact(service.client(), "/tasks/" + id));
                }
            }
        }
        return tasks;
    }

    private void assertEnded(String id) throws Exception {
        JsonNode chain = service.client().awaitChain(id, LONGEST);
        assertThatChain(chain).hasSucceeded();
        for (JsonNode step : chain.at("/steps")) {
            assertThatStep(step).hasAttempts(1);
            assertThatStep(step).hasOutput(step.at("/name").asString() + " is said and done");
        }
        List<String> ends = new ArrayList<>();
        try (TestingStompClient stomp =
                TestingStompClient.connect(service.client().port(), TestingPool.TOKEN)) {
            BlockingQueue<JsonNode> events = stomp.subscribe("/topic/chains/" + id, 0L);
            JsonNode event;
            do {
                event = events.poll(LONGEST.toSeconds(), TimeUnit.SECONDS);
                assertThat(event).as("the end of chain " + id).isNotNull();
                if (event.at("/type").asString().equals("chain.step")
                        && event.at("/data/state").asString().equals("SUCCEEDED")) {
                    ends.add(event.at("/data/step").asString());
                }
            } while (!event.at("/type").asString().equals("chain.state")
                    || event.at("/data/state").asString().equals("RUNNING"));
        }
        assertThat(ends).hasSize(chain.at("/steps").size()).doesNotHaveDuplicates();
    }

    private void assertMoneyIsExact(List<String> chains) {
        PoolClient client = service.client();
        Books books = Books.of(client);
        books.verify();
        assertThat(books.reserved()).isZero();
        assertThat(books.spent()).isEqualByComparingTo(Books.usd(Books.exact(client, "/budget"), "/spentUsd"));
        for (String id : chains) {
            JsonNode chain = Books.exact(client, "/chains/" + id);
            BigDecimal inLedger = BigDecimal.ZERO;
            for (JsonNode step : chain.at("/steps")) {
                BigDecimal ofTask = books.spentBy(step.at("/taskId").asString());
                assertThat(Books.usd(step, "/spentUsd")).isEqualByComparingTo(ofTask);
                inLedger = inLedger.add(ofTask);
            }
            assertThat(Books.usd(chain, "/spentUsd"))
                    .isEqualByComparingTo(inLedger)
                    .isPositive();
        }
    }
}

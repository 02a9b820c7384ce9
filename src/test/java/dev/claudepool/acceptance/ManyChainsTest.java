package dev.claudepool.acceptance;

import static dev.claudepool.acceptance.ItemAssert.assertThatChain;
import static dev.claudepool.acceptance.ItemAssert.assertThatStep;
import static dev.claudepool.acceptance.RequestBody.step;
import static org.assertj.core.api.Assertions.assertThat;

import dev.claudepool.event.Event;
import dev.claudepool.event.EventType;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Five hundred chains at once, and how soon a step follows the one before it; with the stub. */
class ManyChainsTest {

    private static final int CHAINS = 500;
    private static final int CLIENTS = 20;
    private static final int STEPS = 100;
    private static final Duration LONGEST = Duration.ofMinutes(5);

    @TempDir
    Path directory;

    @Test
    void fiveHundredChainsAtOnceAllEndAsTheyShould() throws Exception {
        try (TestingPool pool =
                TestingPool.stubbed(directory, "claude-pool.slots=8", "claude-pool.isolation=conversation")) {
            PoolClient client = pool.client();
            List<String> ids = new ArrayList<>();
            List<Future<String>> submissions = new ArrayList<>();
            try (ExecutorService clients = Executors.newFixedThreadPool(CLIENTS)) {
                for (int i = 0; i < CHAINS; i++) {
                    Map<String, ?> chain = Map.of(
                            "steps",
                            List.of(
                                    step("a", "chain " + i),
                                    step("b", "b of {previous_output}"),
                                    step("c", "c of {previous_output}")));
                    submissions.add(clients.submit(() -> client.submitChain(chain)));
                }
                for (Future<String> submission : submissions) {
                    ids.add(submission.get());
                }
            }

            BigDecimal spent = BigDecimal.ZERO;
            Set<String> tasks = new HashSet<>();
            for (int i = 0; i < CHAINS; i++) {
                JsonNode chain = client.awaitChain(ids.get(i), LONGEST);
                assertThatChain(chain).hasOutput("echo: c of echo: b of echo: chain " + i);
                for (JsonNode step : chain.at("/steps")) {
                    assertThatStep(step).hasAttempts(1);
                    assertThat(tasks.add(step.at("/taskId").asString())).isTrue();
                }
                spent = spent.add(Books.usd(Books.exact(client, "/chains/" + ids.get(i)), "/spentUsd"));
            }
            assertThat(spent).isEqualByComparingTo(Books.usd(Books.exact(client, "/budget"), "/spentUsd"));
            assertThat(client.get("/pool").json().at("/completedTasks").asInt()).isEqualTo(3 * CHAINS);
        }
    }

    /** With another slot at hand, and with the one only that the step before has just left. */
    @Test
    void aStepFollowsTheOneBeforeAtOnce() throws Exception {
        for (int slots : new int[] {2, 1}) {
            try (TestingPool pool = TestingPool.stubbed(
                    directory.resolve("slots-" + slots),
                    "claude-pool.slots=" + slots,
                    "claude-pool.isolation=conversation")) {
                List<RequestBody> steps = IntStream.range(0, STEPS)
                        .mapToObj(i -> step("step-" + i, "step " + i))
                        .toList();
                String id = pool.client().submitChain(Map.of("steps", steps));

                JsonNode chain = pool.client().awaitChain(id, LONGEST);

                assertThatChain(chain).hasSucceeded();
                long[] gaps = gaps(pool.events(), UUID.fromString(id));
                assertThat(gaps).hasSize(STEPS - 1);
                System.out.println("From the end of a step to the start of the next with " + slots
                        + " slots, in ms: n=" + gaps.length + " p50=" + gaps[gaps.length / 2] + " p99="
                        + gaps[gaps.length * 99 / 100] + " max=" + gaps[gaps.length - 1]);
            }
        }
    }

    /** From each SUCCEEDED to the RUNNING that follows, sorted. */
    private static long[] gaps(List<Event> events, UUID chain) {
        List<Event> states = events.stream()
                .filter(event -> event.type() == EventType.TASK_STATE && chain.equals(event.chainId()))
                .toList();
        List<Instant> starts = times(states, "RUNNING");
        List<Instant> ends = times(states, "SUCCEEDED");
        return IntStream.range(1, starts.size())
                .mapToLong(i -> Duration.between(ends.get(i - 1), starts.get(i)).toMillis())
                .sorted()
                .toArray();
    }

    private static List<Instant> times(List<Event> states, String state) {
        return states.stream().filter(Events.inState(state)).map(Event::at).toList();
    }
}

package dev.claudepool.acceptance;

import static dev.claudepool.acceptance.ItemAssert.assertThatTask;
import static dev.claudepool.acceptance.RequestBody.task;
import static org.assertj.core.api.Assertions.assertThat;

import dev.claudepool.demo.Exchange.State;
import dev.claudepool.demo.Served;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/**
 * A day in the life of a pool, with the real CLI: tasks end in every way there is, and in the end the books say what
 * the API has served.
 */
class BudgetDayTest {

    private static final Duration LONGEST = Duration.ofMinutes(1);

    @TempDir
    Path directory;

    private TestingPool pool;
    private PoolClient client;
    private final List<String> ids = new ArrayList<>();
    /** Those of which the last reply did not come to its end. */
    private final List<String> cut = new ArrayList<>();

    @ParameterizedTest
    @ValueSource(strings = {"process", "conversation"})
    void theLedgerIsWhatTheApiServed(String isolation) throws Exception {
        try (TestingPool started = TestingPool.real(
                directory.resolve(isolation),
                "claude-pool.slots=2",
                "claude-pool.isolation=" + isolation,
                "claude-pool.budget.cap-usd=100",
                "claude-pool.budget.task-usd=5")) {
            pool = started;
            client = pool.client();

            ends("SUCCEEDED", task("plain"));
            ends("SUCCEEDED", task("counted [[tokens:1234,567,890,12]]").with("tags", List.of("counted")));
            ends("SUCCEEDED", task("another model [[tokens:1000,100]]").with("model", "opus"));
            ends(
                    "SUCCEEDED",
                    task("tools [[tool:Bash {\"command\":\"echo a\"}]][[tool:Bash {\"command\":\"echo b\"}]]")
                            .with("permissionMode", "default")
                            .with("allowedTools", List.of("Bash(echo *)")));
            String first = ends("SUCCEEDED", task("first of two"));
            ends("SUCCEEDED", task("second of two").with("session", first));
            for (int i = 0; i < 3; i++) {
                ends(
                        "SUCCEEDED",
                        task("of the slot " + i).with("session", "slot").with("slot", "slot-0"));
            }
            ends("SUCCEEDED", task("tried again [[error:529,times=1]]"));
            ends("FAILED", task("too dear [[tokens:1000,200000]]").with("maxBudgetUsd", 0.01));
            ends("FAILED", task("refused [[error:413]]"));
            cut.add(ends("FAILED", task("late [[hang]]").with("timeout", "PT2S")));
            ends(
                    "FAILED",
                    task("too many turns [[tool:Bash {\"command\":\"echo a\"}]]")
                            .with("maxTurns", 1)
                            .with("permissionMode", "default")
                            .with("allowedTools", List.of("Bash(echo *)")));
            cancelled("cancelled at once [[hang]]");
            cancelled("cancelled while it speaks [[slow:60000]][[large:20000]]");

            Served served = pool.api().meter();
            Books books = Books.of(client);
            books.verify();
            JsonNode budget = Books.exact(client, "/budget");
            report(books);
            assertThat(Books.usd(budget, "/spentUsd")).isEqualByComparingTo(books.spent());
            assertThat(books.reserved()).isZero();
            for (String id : ids) {
                assertThat(Books.usd(Books.exact(client, "/tasks/" + id), "/result/spentUsd"))
                        .isEqualByComparingTo(books.spentBy(id));
            }
            assertThat(modelSums()).isEqualByComparingTo(books.spent());
            BigDecimal ofCut = cut.stream().map(books::spentBy).reduce(BigDecimal.ZERO, BigDecimal::add);
            System.out.printf(
                    "isolation=%s: books %s, of them for replies that were cut %s;"
                            + " the API served %s, and began %s that the CLI counts and %s that it need not%n",
                    isolation,
                    books.spent(),
                    ofCut,
                    served.whole().usd(),
                    served.cut().usd(),
                    served.lost().usd());
            assertThat(books.spent().subtract(ofCut))
                    .isEqualByComparingTo(served.whole().usd().toUsd());
            assertThat(ofCut)
                    .isBetween(
                            served.cut().usd().toUsd(),
                            served.cut().plus(served.lost()).usd().toUsd());
        }
    }

    private String ends(String state, Map<String, ?> task) {
        String id = client.submit(task);
        ids.add(id);
        JsonNode ended = client.awaitEnd(id, LONGEST);
        assertThatTask(ended).hasState(state);
        return id;
    }

    /** Cancels it once the answer has begun. */
    private void cancelled(String prompt) throws Exception {
        String id = client.submit(prompt);
        ids.add(id);
        cut.add(id);
        pool.api()
                .await(
                        exchange -> exchange.lastUserText().equals(prompt) && exchange.state() == State.STREAMING,
                        LONGEST);
        client.post("/tasks/" + id + "/cancel", Map.of());
        assertThatTask(client.awaitEnd(id, LONGEST)).isCancelled();
    }

    /** Lists what each task has cost. */
    private void report(Books books) {
        for (String id : ids) {
            JsonNode task = Books.exact(client, "/tasks/" + id);
            System.out.printf(
                    "%-60.60s %-10s %12s%s%n",
                    task.at("/prompt").asString(),
                    task.at("/state").asString(),
                    books.spentBy(id).toPlainString(),
                    task.at("/result/spendEstimated").asBoolean() ? " estimated" : "");
        }
    }

    private BigDecimal modelSums() {
        BigDecimal sum = BigDecimal.ZERO;
        for (JsonNode model : Books.exact(client, "/budget/spend?by=model").at("/items")) {
            sum = sum.add(Books.usd(model, "/spentUsd"));
        }
        return sum;
    }
}

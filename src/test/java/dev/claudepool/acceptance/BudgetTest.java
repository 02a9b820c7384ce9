package dev.claudepool.acceptance;

import static dev.claudepool.acceptance.ItemAssert.assertThatTask;
import static dev.claudepool.acceptance.RequestBody.task;
import static org.assertj.core.api.Assertions.assertThat;

import dev.claudepool.event.Event;
import dev.claudepool.event.EventType;
import java.math.BigDecimal;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** The cap and the books over HTTP, with the stub, of which each answer costs 0.0008 USD. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BudgetTest {

    private static final Duration LONGEST = Duration.ofSeconds(20);
    private static final BigDecimal REPLY = new BigDecimal("0.0008");

    private TestingPool pool;
    private PoolClient client;

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        pool = TestingPool.stubbed(directory, "claude-pool.slots=3", "claude-pool.budget.task-usd=0.001");
        client = pool.client();
    }

    @AfterAll
    void stop() {
        pool.close();
    }

    @BeforeEach
    void removeTheCap() {
        cap(null);
    }

    @Test
    void withoutACapEverythingIsAccountedAllTheSame() {
        BigDecimal before = Books.usd(budget(), "/totalSpentUsd");

        assertThat(client.run("hello").status()).isEqualTo(200);

        JsonNode budget = budget();
        assertThat(budget.at("/capUsd").isNull()).isTrue();
        assertThat(budget.at("/remainingUsd").isNull()).isTrue();
        assertThat(budget.at("/period").asString()).isEqualTo("forever");
        assertThat(Books.usd(budget, "/spentUsd")).isEqualByComparingTo(before.add(REPLY));
        assertThat(client.get("/pool").json().at("/capUsd").isNull()).isTrue();
    }

    @Test
    void aCapOfZeroRefusesEverything() {
        cap(BigDecimal.ZERO);

        PoolClient.Answer answer = client.run("hello");

        assertThat(answer.status()).isEqualTo(402);
        assertThat(answer.code()).isEqualTo("budget-exceeded");
        assertThat(answer.json().at("/detail").asString()).startsWith("The cap of $0 was set when ");
        assertThat(budget().at("/stopped").asBoolean()).isTrue();
        assertThat(client.get("//actuator/health").json().at("/status").asString())
                .isEqualTo("UP");
    }

    @Test
    void aTaskThatCouldNeverGetItsMoneyIsRefused() {
        cap(spent().add(new BigDecimal("0.01")));

        PoolClient.Answer answer = client.post("/tasks", task("x").with("maxBudgetUsd", 0.02));

        assertThat(answer.status()).isEqualTo(402);
        assertThat(client.run("hello").status()).isEqualTo(200);
    }

    @Test
    void whatIsSetAsideForOthersLetsTasksWait() throws Exception {
        cap(spent().add(new BigDecimal("0.0015")));
        String first = client.submit("STUB:until first");
        String second = client.submit("STUB:until second");
        client.awaitState(first, "RUNNING", LONGEST);
        client.awaitState(second, "RUNNING", LONGEST);

        String third = client.submit("hello");

        JsonNode budget = budget();
        assertThat(Books.usd(budget, "/reservedUsd")).isEqualByComparingTo("0.0015"); // the second got what remained
        assertThat(Books.usd(budget, "/remainingUsd")).isZero();
        assertThat(client.task(third).at("/waitingFor").asString()).isEqualTo("budget");
        pool.let("first");
        client.awaitState(first, "SUCCEEDED", LONGEST);
        assertThat(client.task(third).at("/waitingFor").asString()).isEqualTo("budget"); // 0.0002 are too little
        cap(spent().add(new BigDecimal("0.0015")));
        client.awaitState(third, "SUCCEEDED", LONGEST);
        pool.let("second");
        assertThatTask(client.awaitEnd(second, LONGEST))
                .hasErrorCode("budget-exceeded"); // its answer cost more than it had got
    }

    @Test
    void aLowerCapStopsTasksSaysWhyAndAHigherOneLetsThemGoOn() throws Exception {
        cap(spent().add(BigDecimal.ONE));
        String running = client.submit("STUB:until lowered");
        client.awaitState(running, "RUNNING", LONGEST);
        client.post("/pool/pause", Map.of());
        String waiting = client.submit("hello");
        JsonNode lowered = cap(REPLY.divide(BigDecimal.valueOf(8)));
        client.post("/pool/resume", Map.of());

        assertThat(lowered.at("/stopped").asBoolean()).isTrue();
        assertThat(lowered.at("/reason").asString()).startsWith("The cap of $0.0001 was set when ");
        assertThat(client.task(waiting).at("/waitingFor").asString()).isEqualTo("budget");
        assertThat(client.run("hello").code()).isEqualTo("budget-exceeded");
        pool.let("lowered");
        client.awaitState(running, "SUCCEEDED", LONGEST); // it has what was set aside for it
        assertThatTask(client.task(waiting)).hasState("QUEUED");

        cap(spent().add(BigDecimal.ONE));

        client.awaitState(waiting, "SUCCEEDED", LONGEST);
    }

    @Test
    void whenEverythingIsSpentWhatWaitsFails() throws Exception {
        cap(spent().add(REPLY));
        String last = client.submit("STUB:until spent");
        client.awaitState(last, "RUNNING", LONGEST);
        String waiting = client.submit("hello");
        pool.let("spent");

        JsonNode failed = client.awaitEnd(waiting, LONGEST);

        assertThatTask(client.task(last)).hasSucceeded();
        assertThatTask(failed).hasFailed("budget-exceeded");
        assertThat(failed.at("/result").isNull()).isTrue();
        assertThat(client.get("/tasks/" + waiting + "/result").status()).isEqualTo(402);
        List<Integer> warnings = pool.events().stream()
                .filter(event -> event.type() == EventType.BUDGET_CHANGED)
                .map(Event::data)
                .map(data -> data.path("warningPercent").asInt(0))
                .filter(percent -> percent > 0)
                .toList();
        assertThat(warnings).endsWith(100);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"capUsd":-1}                                  | must be between 0 and 1000000000
            {"capUsd":-0.000000001}                        | must be between 0 and 1000000000
            {"capUsd":1000000001}                          | must be between 0 and 1000000000
            {"capUsd":1e400}                               | must be between 0 and 1000000000
            {"capUsd":0.123456789012345678901234567890}    | must have at most 9 decimals
            {"capUsd":"5"}                                 | must be a number
            {"capUsd":true}                                | must be a number
            {}                                             | must be given
            """)
    void amountsThatCannotBeAreRefused(String body, String message) {
        JsonNode before = budget();

        PoolClient.Answer answer = client.send(client.request("/budget").PUT(BodyPublishers.ofString(body)));

        assertThat(answer.status()).as(answer.text()).isEqualTo(400);
        assertThat(answer.code()).isEqualTo("validation-failed");
        assertThat(answer.json().at("/errors/0/field").asString()).isEqualTo("capUsd");
        assertThat(answer.json().at("/errors/0/message").asString()).contains(message);
        assertThat(budget()).isEqualTo(before);
    }

    @Test
    void theLedgerIsAlsoCsvAndSpendIsGrouped() {
        String id = client.post("/run?wait=PT5M", task("x").with("tags", List.of("nightly")))
                .json()
                .at("/taskId")
                .asString();

        PoolClient.Answer csv = client.send(client.request("/budget/ledger").setHeader("Accept", "text/csv"));
        assertThat(csv.response().headers().firstValue("Content-Type").orElseThrow())
                .startsWith("text/csv");
        assertThat(csv.text().lines().filter(line -> line.contains(id))).hasSize(2);
        assertThat(Books.exact(client, "/budget/ledger?taskId=" + id).at("/items"))
                .hasSize(2);
        JsonNode tags = Books.exact(client, "/budget/spend?by=tag");
        assertThat(tags.at("/items/0/name").asString()).isEqualTo("nightly");
        assertThat(Books.usd(tags, "/items/0/spentUsd")).isEqualByComparingTo(REPLY);
        assertThat(Books.exact(client, "/budget/spend?by=model")
                        .at("/items/0/name")
                        .asString())
                .isEqualTo("stub-model");
        assertThat(Books.exact(client, "/tasks/" + id)
                        .at("/result/models/stub-model/tokens/input")
                        .asInt())
                .isEqualTo(100);
        assertThat(client.get("/budget/spend?by=colour").status()).isEqualTo(400);
        assertThat(client.get("/budget/spend").status()).isEqualTo(400);
    }

    /** What is spent already: a cap counts that. */
    private BigDecimal spent() {
        return Books.usd(budget(), "/spentUsd");
    }

    private JsonNode budget() {
        return Books.exact(client, "/budget");
    }

    private JsonNode cap(@Nullable BigDecimal cap) {
        Map<String, @Nullable BigDecimal> body = new HashMap<>();
        body.put("capUsd", cap);
        PoolClient.Answer answer = client.put("/budget", body);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.json();
    }
}

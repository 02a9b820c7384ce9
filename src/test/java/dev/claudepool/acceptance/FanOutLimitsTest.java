package dev.claudepool.acceptance;

import static dev.claudepool.acceptance.ItemAssert.assertThatTask;
import static dev.claudepool.acceptance.RequestBody.task;
import static org.assertj.core.api.Assertions.assertThat;

import dev.claudepool.event.Event;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What stops or slows a fan-out as a whole: a failure, its concurrency, its money, its time. With the stub. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FanOutLimitsTest {

    private static final Duration LONGEST = Duration.ofSeconds(30);
    private static final int SLOTS = 3;
    private static final BigDecimal REPLY = new BigDecimal("0.0008");
    private static final BigDecimal TASK = new BigDecimal("0.001");

    private TestingPool pool;
    private PoolClient client;
    private FanOuts fanOuts;

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        pool = TestingPool.stubbed(
                directory,
                "claude-pool.slots=" + SLOTS,
                "claude-pool.isolation=conversation",
                "claude-pool.budget.task-usd=" + TASK);
        client = pool.client();
        fanOuts = new FanOuts(client);
    }

    @AfterAll
    void stop() {
        pool.close();
    }

    @AfterEach
    void nothingStaysReserved() {
        for (JsonNode left : client.get("/fan-outs?state=RUNNING").json().at("/items")) {
            fanOuts.cancel(FanOuts.id(left));
            fanOuts.awaitEnd(FanOuts.id(left), LONGEST);
        }
        assertThat(Books.usd(Books.exact(client, "/budget"), "/reservedUsd")).isZero();
    }

    @Test
    void theFirstFailureCancelsTheRestWhereThatIsWanted() throws Exception {
        String gate = client.submit(task("STUB:until fail-fast").with("slot", "slot-1"));
        client.awaitState(gate, "RUNNING", LONGEST);
        JsonNode submitted = fanOuts.submit(Map.of(
                "failFast",
                true,
                "tasks",
                List.of(
                        on("slot-0", "STUB:until never"),
                        on("slot-1", FanOuts.FAILING),
                        on("slot-1", "never run"),
                        on("slot-1", "never run, either"))));
        String id = FanOuts.id(submitted);
        List<String> tasks = FanOuts.each(submitted.at("/tasks"), "/id");
        client.awaitState(tasks.getFirst(), "RUNNING", LONGEST);

        pool.let("fail-fast");

        JsonNode ended = fanOuts.awaitEnd(id, LONGEST);
        assertThat(FanOuts.state(ended)).isEqualTo("FAILED");
        assertThat(FanOuts.each(ended.at("/tasks"), "/state"))
                .containsExactly("CANCELLED", "FAILED", "CANCELLED", "CANCELLED");
        assertThat(FanOuts.counts(ended)).isEqualTo(Map.of("failed", 1, "cancelled", 3));
        assertThat(FanOuts.started(pool.events(), id)).containsExactlyInAnyOrder(tasks.get(0), tasks.get(1));
        assertThat(FanOuts.states(pool.events(), id))
                .contains("RUNNING/FAILED_FAST")
                .endsWith("FAILED/FAILED_FAST");
        assertThat(ended.at("/tasks/0/result/spentUsd").decimalValue()).isPositive();
        assertThat(ended.at("/error").isNull()).isTrue();
    }

    @Test
    void aCancelledTaskIsNoFailure() {
        JsonNode submitted = fanOuts.submit(Map.of("failFast", true, "prompts", List.of("STUB:until never", "fine")));

        client.post("/tasks/" + submitted.at("/tasks/0/id").asString() + "/cancel", Map.of());

        JsonNode ended = fanOuts.awaitEnd(FanOuts.id(submitted), LONGEST);
        assertThat(FanOuts.each(ended.at("/tasks"), "/state")).containsExactly("CANCELLED", "SUCCEEDED");
        assertThat(FanOuts.state(ended)).isEqualTo("CANCELLED");
    }

    @Test
    void noMoreRunAtOnceThanAllowedAndAllEnd() throws Exception {
        List<String> prompts =
                List.of("STUB:until two-1", "STUB:until two-2", "a", FanOuts.FAILING, "b", "c", FanOuts.FAILING, "d");
        JsonNode submitted = fanOuts.submit(Map.of("maxConcurrency", 2, "prompts", prompts));
        String id = FanOuts.id(submitted);
        FanOuts.each(submitted.at("/tasks"), "/id")
                .subList(0, 2)
                .forEach(task -> client.awaitState(task, "RUNNING", LONGEST));

        assertThat(FanOuts.each(fanOuts.get(id).at("/tasks"), "/waitingFor"))
                .isEqualTo(Stream.concat(Collections.nCopies(2, "").stream(), Collections.nCopies(6, "fanOut").stream())
                        .toList());
        assertThat(client.run("by itself").status()).isEqualTo(200); // on the slot that the fan-out leaves idle
        pool.let("two-1");
        pool.let("two-2");
        JsonNode ended = fanOuts.awaitEnd(id, LONGEST);
        assertThat(FanOuts.counts(ended)).isEqualTo(Map.of("succeeded", 6, "failed", 2));
        assertThat(FanOuts.mostAtOnce(pool.events(), id)).isEqualTo(2);
    }

    @Test
    void moreConcurrencyThanTasksIsNoLimit() {
        JsonNode ended = fanOuts.run(Map.of("maxConcurrency", 50, "prompts", List.of("a", "b", "c", "d")), LONGEST);

        assertThat(FanOuts.counts(ended)).isEqualTo(Map.of("succeeded", 4));
    }

    @Test
    void aHeldTaskThatIsCancelledByItselfLetsNoOtherGo() throws Exception {
        JsonNode submitted = fanOuts.submit(
                Map.of("maxConcurrency", 1, "prompts", List.of("STUB:until held", "cancelled", "third", "fourth")));
        String id = FanOuts.id(submitted);
        List<String> tasks = FanOuts.each(submitted.at("/tasks"), "/id");
        client.awaitState(tasks.getFirst(), "RUNNING", LONGEST);

        client.post("/tasks/" + tasks.get(1) + "/cancel", Map.of());

        assertThat(FanOuts.each(fanOuts.get(id).at("/tasks"), "/waitingFor"))
                .containsExactly("", "", "fanOut", "fanOut");
        pool.let("held");
        JsonNode ended = fanOuts.awaitEnd(id, LONGEST);
        assertThat(FanOuts.counts(ended)).isEqualTo(Map.of("succeeded", 3, "cancelled", 1));
        assertThat(FanOuts.state(ended)).isEqualTo("CANCELLED");
        assertThat(FanOuts.mostAtOnce(pool.events(), id)).isEqualTo(1);
        assertThat(FanOuts.started(pool.events(), id)).doesNotContain(tasks.get(1));
    }

    @Test
    void aRunningTaskThatIsCancelledByItselfLetsOneOtherGo() {
        JsonNode submitted = fanOuts.submit(Map.of(
                "maxConcurrency", 1, "prompts", List.of("STUB:until never", "STUB:until never", "STUB:until never")));
        List<String> tasks = FanOuts.each(submitted.at("/tasks"), "/id");
        client.awaitState(tasks.getFirst(), "RUNNING", LONGEST);

        client.post("/tasks/" + tasks.getFirst() + "/cancel", Map.of());

        client.awaitState(tasks.get(1), "RUNNING", LONGEST);
        assertThat(client.task(tasks.get(2)).at("/waitingFor").asString()).isEqualTo("fanOut");
    }

    @Test
    void aQueuedTaskThatIsCancelledBeforeItRunsLetsOneOtherGoAtOnce() throws Exception {
        String gate = client.submit(task("STUB:until let-go").with("slot", "slot-0"));
        client.awaitState(gate, "RUNNING", LONGEST);
        JsonNode submitted = fanOuts.submit(Map.of(
                "maxConcurrency", 1, "tasks", List.of(on("slot-0", "waits for its slot"), on("slot-1", "goes"))));
        List<String> tasks = FanOuts.each(submitted.at("/tasks"), "/id");
        assertThat(FanOuts.each(submitted.at("/tasks"), "/waitingFor")).containsExactly("slot", "fanOut");

        client.post("/tasks/" + tasks.getFirst() + "/cancel", Map.of());

        client.awaitState(tasks.get(1), "SUCCEEDED", LONGEST);
        assertThatTask(client.task(gate)).hasState("RUNNING");
        pool.let("let-go");
        client.awaitEnd(gate, LONGEST);
    }

    @Test
    void tasksWaitForTheMoneyOfTheirFanOutAndHoldUpNoOthers() throws Exception {
        BigDecimal limit = TASK.multiply(BigDecimal.TWO);
        JsonNode submitted = fanOuts.submit(Map.of(
                "maxBudgetUsd", limit, "prompts", List.of("STUB:until paid-1", "STUB:until paid-2", "a", "b", "c")));
        String id = FanOuts.id(submitted);
        List<String> tasks = FanOuts.each(submitted.at("/tasks"), "/id");
        tasks.subList(0, 2).forEach(task -> client.awaitState(task, "RUNNING", LONGEST));

        assertThat(client.run("by itself").status()).isEqualTo(200);

        assertThat(FanOuts.each(fanOuts.get(id).at("/tasks"), "/waitingFor"))
                .containsExactly("", "", "budget", "budget", "budget");
        pool.let("paid-1");
        pool.let("paid-2");
        JsonNode ended = fanOuts.awaitEnd(id, LONGEST);
        assertThat(FanOuts.state(ended)).isEqualTo("FAILED");
        assertThat(FanOuts.each(ended.at("/tasks"), "/state").subList(0, 2)).containsOnly("SUCCEEDED");
        assertThat(ended.at("/tasks/4/error/code").asString()).isEqualTo("budget-exceeded");
        assertThat(spent(id)).isBetween(limit, withReplyOfEachSlot(limit));
    }

    @Test
    void whenItsMoneyIsSpentAllTheRestFails() {
        BigDecimal limit = REPLY.multiply(BigDecimal.TEN);
        int size = 250;

        JsonNode ended =
                fanOuts.run(Map.of("maxBudgetUsd", limit, "prompts", Collections.nCopies(size, "paid")), LONGEST);

        String id = FanOuts.id(ended);
        int succeeded = ended.at("/counts/succeeded").asInt();
        assertThat(FanOuts.state(ended)).isEqualTo("FAILED");
        assertThat(succeeded).isBetween(10 - SLOTS, 10 + SLOTS);
        assertThat(FanOuts.counts(ended)).isEqualTo(Map.of("succeeded", succeeded, "failed", size - succeeded));
        assertThat(ended.at("/tasks")
                        .valueStream()
                        .filter(task -> FanOuts.state(task).equals("FAILED")))
                .allSatisfy(
                        task -> assertThat(task.at("/error/code").asString()).isEqualTo("budget-exceeded"));
        assertThat(spent(id)).isBetween(limit, withReplyOfEachSlot(limit));
        assertThat(FanOuts.started(pool.events(), id)).hasSizeLessThanOrEqualTo(10 + SLOTS);
        assertThat(client.run("by itself").status()).isEqualTo(200);
    }

    @Test
    void whatTakesTooLongIsStopped() {
        List<String> prompts = Collections.nCopies(SLOTS + 2, "STUB:until never");

        JsonNode ended = fanOuts.run(Map.of("timeout", "PT1S", "prompts", prompts), LONGEST);

        assertThat(FanOuts.state(ended)).isEqualTo("FAILED");
        assertThatTask(ended).hasErrorCode("fan-out-timed-out");
        assertThat(FanOuts.counts(ended)).isEqualTo(Map.of("cancelled", SLOTS + 2));
        assertThat(FanOuts.each(ended.at("/tasks"), "/state")).containsOnly("CANCELLED");
        List<Event> events = pool.events();
        assertThat(FanOuts.states(events, FanOuts.id(ended)))
                .contains("RUNNING/TIMED_OUT")
                .endsWith("FAILED/TIMED_OUT");
        assertThat(Duration.between(
                        Instant.parse(ended.at("/createdAt").asString()),
                        Instant.parse(ended.at("/finishedAt").asString())))
                .isGreaterThanOrEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void whatEndsInTimeIsNotStopped() {
        JsonNode ended = fanOuts.run(Map.of("timeout", "PT1H", "prompts", List.of("a", "b")), LONGEST);

        assertThat(FanOuts.state(ended)).isEqualTo("SUCCEEDED");
        assertThat(ended.at("/error").isNull()).isTrue();
    }

    private static RequestBody on(String slot, String prompt) {
        return task(prompt).with("slot", slot);
    }

    private BigDecimal spent(String id) {
        return Books.usd(Books.exact(client, "/fan-outs/" + id), "/spentUsd");
    }

    private static BigDecimal withReplyOfEachSlot(BigDecimal limit) {
        return limit.add(REPLY.multiply(BigDecimal.valueOf(SLOTS)));
    }
}

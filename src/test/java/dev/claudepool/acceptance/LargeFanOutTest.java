package dev.claudepool.acceptance;

import static dev.claudepool.acceptance.RequestBody.task;
import static org.assertj.core.api.Assertions.assertThat;

import dev.claudepool.event.Event;
import dev.claudepool.event.EventType;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Two thousand tasks in one request, with the stub, of which each answer costs 0.0008 USD. */
class LargeFanOutTest {

    private static final int TASKS = 2_000;
    private static final int SLOTS = 8;
    private static final Duration LONGEST = Duration.ofMinutes(5);
    private static final BigDecimal REPLY = new BigDecimal("0.0008");

    /** One in twenty fails. */
    private static final int FAILING_EACH = 20;

    private static final int FIRST_FAILING = 7;

    /** Much more than it takes: the machine has other things to do. */
    private static final Duration LATEST_ANSWER = Duration.ofSeconds(5);

    @TempDir
    Path directory;

    @AutoClose
    private TestingPool pool;

    private PoolClient client;
    private FanOuts fanOuts;

    @BeforeEach
    void start() throws Exception {
        pool = TestingPool.stubbed(directory, "claude-pool.slots=" + SLOTS, "claude-pool.isolation=conversation");
        client = pool.client();
        fanOuts = new FanOuts(client);
    }

    @Test
    void eachTaskIsCarriedOutOnceAndTheAnswerComesAtTheEndOfTheLast() {
        List<String> prompts = IntStream.range(0, TASKS)
                .mapToObj(i -> fails(i) ? FanOuts.FAILING : prompt(i))
                .toList();

        PoolClient.Answer arrived = client.post("/fan-outs?wait=" + LONGEST, Map.of("prompts", prompts));
        Instant answered = Instant.now();

        assertThat(arrived.status()).isEqualTo(200);
        JsonNode answer = arrived.json();
        String id = FanOuts.id(answer);
        List<Event> events = pool.events();
        Instant ended = end(events, id).at();
        System.out.printf(
                "Fan-out of %d tasks on %d slots: %d ms from its beginning to its end, %d ms from that to the answer%n",
                TASKS,
                SLOTS,
                Duration.between(Instant.parse(answer.at("/createdAt").asString()), ended)
                        .toMillis(),
                Duration.between(ended, answered).toMillis());
        assertThat(Duration.between(ended, answered)).isLessThan(LATEST_ANSWER);
        assertThat(FanOuts.state(answer)).isEqualTo("FAILED");
        int failed = TASKS / FAILING_EACH;
        assertThat(FanOuts.counts(answer)).isEqualTo(Map.of("succeeded", TASKS - failed, "failed", failed));
        assertThat(FanOuts.each(answer.at("/tasks"), "/prompt")).isEqualTo(prompts);
        assertThat(FanOuts.each(answer.at("/tasks"), "/result/output"))
                .isEqualTo(IntStream.range(0, TASKS)
                        .mapToObj(i -> fails(i) ? "" : "echo: " + prompt(i))
                        .toList());
        assertThat(FanOuts.each(answer.at("/tasks"), "/attempts")).containsOnly("1");
        List<String> tasks = FanOuts.each(answer.at("/tasks"), "/id");
        assertThat(tasks).doesNotHaveDuplicates();
        Map<String, Long> once = tasks.stream().collect(Collectors.toMap(task -> task, _ -> 1L));
        assertThat(perTask(events, Events.taskStarted())).isEqualTo(once);
        assertThat(perTask(events, FanOuts.taskEnded())).isEqualTo(once);
        assertAllBooksAgree(id, REPLY.multiply(BigDecimal.valueOf(TASKS - failed)));
    }

    @Test
    void theFirstFailureOfManyStopsAllOthers() {
        List<String> prompts = IntStream.range(0, TASKS)
                .mapToObj(i -> i == FIRST_FAILING ? FanOuts.FAILING : prompt(i))
                .toList();

        Instant before = Instant.now();
        String id = FanOuts.id(fanOuts.submit(Map.of("failFast", true, "prompts", prompts)));
        Duration submission = Duration.between(before, Instant.now());
        JsonNode ended = fanOuts.awaitEnd(id, LONGEST);

        List<Event> events = pool.events();
        Event failure = Events.first(events, FanOuts.of(id).and(Events.taskState("FAILED")));
        Event end = end(events, id);
        System.out.printf(
                "Fan-out of %d tasks: accepted within %d ms; %d ms from its first failure to the end of all%n",
                TASKS,
                submission.toMillis(),
                Duration.between(failure.at(), end.at()).toMillis());
        assertThat(FanOuts.state(ended)).isEqualTo("FAILED");
        int succeeded = ended.at("/counts/succeeded").asInt();
        assertThat(FanOuts.counts(ended))
                .containsEntry("failed", 1)
                .containsEntry("cancelled", TASKS - 1 - succeeded)
                .doesNotContainKeys("queued", "running");
        assertThat(ended.at("/tasks/" + FIRST_FAILING + "/state").asString()).isEqualTo("FAILED");
        Predicate<Event> later = FanOuts.of(id).and(event -> Events.seq(event) > Events.seq(failure));
        assertThat(events).noneMatch(later.and(Events.taskStarted()));
        assertThat(events.stream().filter(FanOuts.of(id))).endsWith(end);
        assertThat(client.get("/tasks?state=RUNNING").json().at("/items")).isEmpty();
        assertThat(client.get("/tasks?state=QUEUED").json().at("/items")).isEmpty();
        assertThat(FanOuts.started(events, id)).hasSizeLessThan(TASKS / 2);
        assertAllBooksAgree(id, Books.of(client).spent());
    }

    @Test
    void oneBadElementOfManyStoresNothing() {
        List<Map<String, ?>> tasks = IntStream.range(0, TASKS)
                .<Map<String, ?>>mapToObj(
                        i -> i == TASKS - 1 ? task(prompt(i)).with("priority", 1001) : task(prompt(i)))
                .toList();

        PoolClient.Answer answer = client.post("/fan-outs", Map.of("tasks", tasks));

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.code()).isEqualTo("validation-failed");
        assertThat(FanOuts.each(answer.json().at("/errors"), "/field"))
                .containsExactly("tasks[" + (TASKS - 1) + "].priority");
        assertThat(client.get("/fan-outs").json().at("/items")).isEmpty();
        assertThat(client.get("/tasks").json().at("/items")).isEmpty();
        assertThat(Events.count(pool.events(), event -> event.type() == EventType.TASK_STATE))
                .isZero();
    }

    private static boolean fails(int index) {
        return index % FAILING_EACH == FIRST_FAILING;
    }

    private static String prompt(int index) {
        return "number " + index;
    }

    private static Event end(List<Event> events, String id) {
        return Events.first(events.reversed(), FanOuts.of(id).and(event -> event.type() == EventType.FAN_OUT_STATE));
    }

    private static Map<String, Long> perTask(List<Event> events, Predicate<Event> which) {
        return events.stream()
                .filter(which)
                .collect(Collectors.groupingBy(event -> String.valueOf(event.taskId()), Collectors.counting()));
    }

    private void assertAllBooksAgree(String id, BigDecimal spent) {
        Books books = Books.of(client);
        books.verify();
        JsonNode fanOut = Books.exact(client, "/fan-outs/" + id);
        JsonNode budget = Books.exact(client, "/budget");
        BigDecimal ofTasks = fanOut.at("/tasks")
                .valueStream()
                .filter(task -> !task.at("/result").isNull())
                .map(task -> Books.usd(task, "/result/spentUsd"))
                .reduce(BigDecimal.ZERO, BigDecimal::add);
        assertThat(Books.usd(fanOut, "/spentUsd"))
                .isEqualByComparingTo(spent)
                .isEqualByComparingTo(ofTasks)
                .isEqualByComparingTo(books.spent())
                .isEqualByComparingTo(Books.usd(budget, "/spentUsd"));
        assertThat(Books.usd(budget, "/reservedUsd")).isZero();
        assertThat(books.reserved()).isZero();
    }
}

package dev.claudepool.task;

import static dev.claudepool.task.TaskAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Named.named;

import dev.claudepool.budget.Money;
import dev.claudepool.budget.Spend;
import dev.claudepool.budget.Tokens;
import dev.claudepool.claude.Answer;
import dev.claudepool.claude.FailureCode;
import dev.claudepool.queue.TestingQueue;
import dev.claudepool.store.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;

/** What every engine owes to the store of tasks. */
abstract class TaskStoreContract {

    @AutoClose
    final TestDatabase database;

    private final TaskStore store;
    private final StoredTasks stored;
    private final Instant now;

    TaskStoreContract(TestDatabase database) {
        this.database = database;
        this.store = new TaskStore(database.jdbc(), database.dialect(), database.json());
        this.stored = new StoredTasks(database);
        this.now = database.clock().instant();
    }

    static Stream<Named<String>> texts() {
        return Stream.of(
                named("nul", "nul \u0000 inside"),
                named("emoji", "\ud83d\ude00 \ud83d\udc69\u200d\ud83d\udcbb \u00e4 \u4e2d \u202e"),
                named("line ends", "windows\r\nunix\nold\rtab\t"),
                named("syntax", "'; drop table task; -- :name ? $1 {x} \\ \\u0000 \"quoted\" %"),
                named("odd Unicode", "\ufeff\ufffd\uffff \u2028\u2029 \u007f\u0085"),
                named("blanks around", " leading and trailing "),
                named("a megabyte", "x".repeat(1 << 20)),
                named("a megabyte of emoji", "\ud83d\ude00".repeat(1 << 18)));
    }

    @ParameterizedTest
    @MethodSource("texts")
    void givesBackPromptsAsTheyWere(String text) {
        Task task = stored.inserted(Map.of("prompt", text, "systemPrompt", text));

        assertThat(found(task)).isEqualTo(task);
    }

    @ParameterizedTest
    @MethodSource("texts")
    void givesBackAnswersAsTheyWere(String text) {
        Answer answer = new Answer(
                text,
                true,
                json("{\"text\":\"\",\"list\":[1,true,null,1.50]}"),
                7,
                Duration.ofNanos(812_345_678),
                "claude-sonnet-4-5",
                json("[{\"tool_name\":\"Bash\",\"tool_input\":{\"command\":\"ls\"}}]"));
        Task running = stored.claimed(stored.inserted(Map.of()));

        Task after = stored.replaced(running, running.with(new TaskState.Succeeded(answer, now)));

        assertThat(found(after)).isEqualTo(after);
    }

    @ParameterizedTest
    @MethodSource("texts")
    void givesBackErrorsAsTheyWere(String text) {
        Task running = stored.claimed(stored.inserted(Map.of()));
        TaskError error = new TaskError("cli-exited", text, true, 137, text);

        Task after = stored.replaced(running, running.with(new TaskState.Failed(error, now)));

        assertThat(found(after)).isEqualTo(after);
    }

    @Test
    void givesBackAnAnswerWithoutStructuredOutput() {
        Task running = stored.claimed(stored.inserted(Map.of()));

        Task after = stored.replaced(running, running.with(new TaskState.Succeeded(TestingSpecs.answer("hi"), now)));

        assertThat(found(after)).isEqualTo(after);
    }

    @Test
    void givesBackEveryMemberOfASpec() {
        TaskSpec spec = database.json().readValue("""
                {"prompt":"p","model":"sonnet[1m]","effort":"min","permissionMode":"acceptEdits","systemPrompt":"s",
                 "allowedTools":["Read","Bash(git *)"],"disallowedTools":["Write"],"maxBudgetUsd":0.500000001,
                 "maxTurns":20,"timeout":"PT10M0.5S","priority":-7,"session":"slot","slot":"slot-1","role":"analyzer",
                 "outputSchema":{"type":"object","required":[]},"tags":["nightly","b","nightly"],"retries":0,
                 "slashCommands":true,"name":"n \\u0000","metadata":{"b":"\ud83d\ude00","a":""},
                 "notBefore":"2031-01-31T12:00:00.123456789+02:00"}""", TaskSpec.class);
        Task task =
                Task.accepted(database.ids().next(), spec, now, null, null, Origin.CLIENT, TestingSpecs.queued(now));

        store.insert(task, now, TestingQueue.STEP);

        assertThat(found(task)).isEqualTo(task);
    }

    @Test
    void keepsMoneyAndTokensToTheLastDigit() {
        Spend spend = new Spend(
                Money.ofNanos(Long.MAX_VALUE - 1),
                new Tokens(Long.MAX_VALUE, (1L << 53) + 1, 9_007_199_254_740_993L, 1),
                true);
        Task running = stored.claimed(stored.inserted(Map.of()));

        Task after = stored.replaced(running, running.spent(spend));

        assertThat(found(after).spend()).isEqualTo(spend);
    }

    @Test
    void findsNothingUnderAnUnknownId() {
        assertThat(store.find(UUID.randomUUID())).isEmpty();
    }

    @Test
    void keepsWhatATaskContinues() {
        Task first = stored.inserted(Map.of());
        UUID session = UUID.randomUUID();
        Task second = Task.accepted(
                database.ids().next(),
                TaskSpec.ofPrompt("more"),
                now,
                session,
                first.id(),
                Origin.CLIENT,
                TestingSpecs.queued(now));

        store.insert(second, now, TestingQueue.STEP);

        assertThat(found(second)).isEqualTo(second);
    }

    @Test
    void keepsEachStateWithWhatIsInIt() {
        Task queued = stored.inserted(Map.of());
        Task running = stored.claimed(queued);
        Instant later = now.plusMillis(1);
        List<TaskState> states = List.of(
                new TaskState.Running(true),
                new TaskState.Queued(later, true, null, now),
                new TaskState.Queued(later, false, HoldReason.BUDGET, later),
                TestingSpecs.queued(later),
                new TaskState.Running(false),
                new TaskState.Failed(TaskError.of(TestingSpecs.failure(FailureCode.CLI_EXITED)), later));

        Task before = running;
        for (TaskState state : states) {
            before = stored.replaced(before, before.with(state));
            assertThat(found(before)).isEqualTo(before);
        }
        Task other = stored.inserted(Map.of());
        assertThat(found(stored.replaced(other, other.with(new TaskState.Cancelled(later))))
                        .state())
                .isEqualTo(new TaskState.Cancelled(later));
    }

    @Test
    void replacesOnlyTheStateThatIsKnown() {
        Task queued = stored.inserted(Map.of());
        Task cancelled = stored.replaced(queued, queued.with(new TaskState.Cancelled(now)));

        assertThat(store.replace(queued, stored.claim(queued))).isFalse();
        assertThat(found(queued)).isEqualTo(cancelled);
    }

    @Test
    void replacesOnlyTheEpochThatIsKnown() {
        Task first = stored.claimed(stored.inserted(Map.of()));
        Task requeued = stored.replaced(first, first.with(TestingSpecs.queued(now)));
        Task second = stored.claimed(requeued);

        assertThat(store.replace(first, first.with(new TaskState.Cancelled(now))))
                .isFalse();
        assertThat(found(first)).isEqualTo(second).hasEpoch(2);
    }

    @Test
    void countsByState() {
        stored.inserted(Map.of());
        stored.inserted(Map.of());
        stored.claimed(stored.inserted(Map.of()));

        assertThat(store.count(TaskState.Name.QUEUED)).isEqualTo(2);
        assertThat(store.count(TaskState.Name.RUNNING)).isEqualTo(1);
        assertThat(store.count(TaskState.Name.CANCELLED)).isZero();
    }

    @Test
    void countsHowTasksEndedSinceATime() {
        stored.inserted(Map.of());
        stored.claimed(stored.inserted(Map.of()));
        for (int millis : List.of(-1, 0, 1)) {
            Task queued = stored.inserted(Map.of());
            stored.replaced(queued, queued.with(new TaskState.Cancelled(now.plusMillis(millis))));
        }
        Task running = stored.claimed(stored.inserted(Map.of()));
        stored.replaced(running, running.with(new TaskState.Succeeded(TestingSpecs.answer("hi"), now)));

        assertThat(store.endsSince(now)).isEqualTo(new TaskStore.Ends(1, 0, 2));
    }

    @Test
    void readsAnswersThatWereStoredBeforeTheyCouldBeCut() {
        Task running = stored.claimed(stored.inserted(Map.of()));
        Task after = stored.replaced(running, running.with(new TaskState.Succeeded(TestingSpecs.answer("hi"), now)));

        database.jdbc()
                .sql("update task set result = replace(result, '\"outputTruncated\":false,', '')")
                .update();

        assertThat(database.jdbc()
                        .sql("select result from task")
                        .query(String.class)
                        .single())
                .doesNotContain("outputTruncated");
        assertThat(found(after)).isEqualTo(after);
    }

    @Test
    void returnsRunningTasks() {
        stored.inserted(Map.of());
        Task running = stored.claimed(stored.inserted(Map.of()));

        assertThat(store.running()).containsExactly(running);
    }

    @Test
    void returnsTheSizesOfTasks() {
        Task small = stored.inserted(Map.of());
        Task large = stored.inserted(Map.of("prompt", "\u00e4".repeat(50_000)));
        UUID unknown = UUID.randomUUID();

        Sizes sizes = store.sizes(List.of(large.id(), unknown, small.id()));

        assertThat(sizes.bytes().get(large.id())).isBetween(100_000L, 101_000L);
        assertThat(sizes.firstWithin(1)).containsExactly(large.id());
        assertThat(sizes.firstWithin(200_000)).containsExactly(large.id(), unknown, small.id());
    }

    private Task found(Task task) {
        return store.find(task.id()).orElseThrow();
    }

    private JsonNode json(String text) {
        return database.json()
                .readerFor(JsonNode.class)
                .with(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                .without(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
                .readValue(text);
    }
}

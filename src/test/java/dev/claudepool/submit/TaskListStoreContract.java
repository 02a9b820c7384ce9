package dev.claudepool.submit;

import static dev.claudepool.task.TaskAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.claudepool.budget.Money;
import dev.claudepool.claude.Answer;
import dev.claudepool.problem.ProblemException;
import dev.claudepool.store.TestDatabase;
import dev.claudepool.submit.TaskListStore.Found;
import dev.claudepool.submit.TaskListStore.Position;
import dev.claudepool.submit.TaskSearch.Source;
import dev.claudepool.task.StoredTasks;
import dev.claudepool.task.Task;
import dev.claudepool.task.TaskError;
import dev.claudepool.task.TaskOutline;
import dev.claudepool.task.TaskOutlineStore;
import dev.claudepool.task.TaskState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.node.JsonNodeFactory;

/** What every engine owes to the lists of tasks. */
abstract class TaskListStoreContract {

    private static final TaskFilter ALL = Filters.all();

    @AutoClose
    final TestDatabase database;

    private final StoredTasks stored;
    private final Instant now;
    private final TaskListStore lists;
    private final TaskOutlineStore outlines;
    private final Map<String, List<String>> plans = new HashMap<>();
    private final List<UUID> added = new ArrayList<>();

    TaskListStoreContract(TestDatabase database) {
        this.database = database;
        this.stored = new StoredTasks(database);
        this.lists = new TaskListStore(database.jdbc(), database.dialect());
        this.outlines = new TaskOutlineStore(database.jdbc(), database.dialect(), database.json());
        this.now = database.clock().instant();
    }

    @Test
    void listsTheYoungestFirst() {
        List<Task> tasks =
                Stream.generate(() -> stored.inserted(Map.of())).limit(3).toList();

        assertThat(ids(ALL, 10)).isEqualTo(ids(tasks).reversed());
        assertThat(ids(ALL, 2)).isEqualTo(ids(tasks).reversed().subList(0, 2));
    }

    @Test
    void listsByStateAndTag() {
        Task queued = stored.inserted(Map.of("tags", List.of("a", "b", "a")));
        Task running = stored.claimed(stored.inserted(Map.of("tags", List.of("a"))));
        stored.inserted(Map.of("tags", List.of("A", "ab")));

        assertThat(ids(Filters.tags("a"), 10)).containsExactly(running.id(), queued.id());
        assertThat(ids(Filters.tags("b"), 10)).containsExactly(queued.id());
        assertThat(ids(Filters.tags("a", "b"), 10)).containsExactly(queued.id());
        assertThat(ids(Filters.states(TaskState.Name.RUNNING), 10)).containsExactly(running.id());
        assertThat(ids(Filters.tags("%"), 10)).isEmpty();
    }

    @Test
    void findsWordsInNamesPromptsAndErrors() {
        Task named = stored.inserted(Map.of("name", "Na\u00efve Caf\u00e9", "prompt", "p"));
        Task asked =
                stored.inserted(Map.of("prompt", "Fix the well-known caf\u00e9's menu; it'd 'break' \"now\" & then"));
        Task running = stored.claimed(stored.inserted(Map.of("prompt", "other")));
        Task failed = stored.replaced(
                running,
                running.with(new TaskState.Failed(new TaskError("c", "Disk is full", false, null, null), now)));

        assertThat(ids(Filters.words("cafe"), 10)).containsExactly(asked.id(), named.id());
        assertThat(ids(Filters.words("NAIVE caf\u00c9"), 10)).containsExactly(named.id());
        assertThat(ids(Filters.words("caf"), 10)).isEmpty();
        assertThat(ids(Filters.words("naive caf*"), 10)).containsExactly(named.id());
        assertThat(ids(Filters.words("well-kn*"), 10)).containsExactly(asked.id());
        assertThat(ids(Filters.words("we*-known"), 10)).isEmpty();
        assertThat(ids(Filters.words("'break' \"now\" & then"), 10)).containsExactly(asked.id());
        assertThat(ids(Filters.words("OR full"), 10)).isEmpty();
        assertThat(ids(Filters.words("other disk"), 10)).containsExactly(failed.id());
        assertThatThrownBy(() -> ids(Filters.words("\" * ' !"), 10)).isInstanceOf(ProblemException.class);

        stored.store().delete(List.of(failed.id()));

        assertThat(ids(Filters.words("other"), 10)).isEmpty();
        assertThat(database.jdbc()
                        .sql("select count(*) from task_text")
                        .query(Integer.class)
                        .single())
                .isEqualTo(2);
    }

    /** With a store that sorts few tasks and looks at few at a time, so that every way to find them is taken. */
    @ParameterizedTest
    @CsvSource({"1000, 2000", "4, 7"})
    void findsWhatAFilterDescribesInEveryOrder(int few, int mostExamined) {
        TaskListStore store = new TaskListStore(database.jdbc(), database.dialect(), few, mostExamined);
        List<TaskCase> cases = TaskCase.stored(stored, database.clock(), new Random(few));

        for (TaskOrder order : TaskOrder.values()) {
            for (Filters.Part one : Filters.PARTS) {
                for (Filters.Part other : Filters.with(one)) {
                    List<UUID> wanted = cases.stream()
                            .filter(one.matches().and(other.matches()))
                            .filter(task -> task.isIn(order))
                            .sorted(TaskCase.by(order))
                            .map(TaskCase::id)
                            .toList();
                    assertThat(allPages(store, Filters.of(one, other), order))
                            .as("%s and %s by %s", one, other, order)
                            .isEqualTo(wanted);
                }
            }
        }
    }

    @Test
    void everyListIsReadFromAnIndexInItsOrder() {
        for (TaskOrder order : TaskOrder.values()) {
            for (Filters.Part one : Filters.PARTS) {
                for (Filters.Part other : Filters.with(one)) {
                    TaskSearch search = new TaskSearch(Filters.of(one, other), order, database.dialect());
                    Map<String, @Nullable Object> parameters =
                            TaskListStore.parameters(search, new Position(1, new UUID(0, 0)), 50);
                    parameters.put("most", 5000);
                    parameters.put("offset", 4999);
                    TaskListStore.put(parameters, "stop", new Position(2, new UUID(1, 0)));
                    for (Source source : search.sources()) {
                        assertIndexed(search.count(source), parameters, false);
                        assertIndexed(search.ofFew(source, true), parameters, true);
                        if (source.ordered() && !order.hasKey()) {
                            assertIndexed(search.at(source, true), parameters, false);
                            assertIndexed(search.among(source, true, true), parameters, true);
                        }
                    }
                    assertIndexed(search.at(search.everything(), true), parameters, false);
                    assertIndexed(search.among(search.everything(), true, true), parameters, true);
                }
            }
        }
    }

    /** @param sorting whether what has been limited is sorted */
    private void assertIndexed(String sql, Map<String, @Nullable Object> parameters, boolean sorting) {
        assertThat(plans.computeIfAbsent(sql, _ -> database.plan(sql, parameters)))
                .as(sql)
                .noneMatch(step -> step.matches(".*(SCAN (t|g)\\b(?! USING)|Seq Scan on task).*"))
                .noneMatch(step -> !sorting && step.matches(".*(TEMP B-TREE|Sort).*"));
    }

    @Test
    void pagesShowEveryTaskOnceWhileOthersAreAdded() {
        List<Task> tasks = new ArrayList<>();
        for (int i = 0; i < 23; i++) {
            tasks.add(stored.inserted(Map.of("tags", List.of(i % 2 == 0 ? "even" : "odd"))));
        }

        TaskListStore small = new TaskListStore(database.jdbc(), database.dialect(), 0, 3);
        List<UUID> even = IntStream.range(0, tasks.size())
                .filter(i -> i % 2 == 0)
                .mapToObj(i -> tasks.get(i).id())
                .toList();

        assertThat(paged(lists, ALL)).isEqualTo(ids(tasks).reversed());
        assertThat(paged(lists, Filters.tags("even"))).isEqualTo(even.reversed());
        assertThat(paged(small, Filters.of(Filters.QUEUED, Filters.EVEN))).isEqualTo(even.reversed());
    }

    @ParameterizedTest
    @MethodSource("dev.claudepool.task.TaskStoreContract#texts")
    void listsTheBeginningsOfPromptsAndNoAnswers(String text) {
        Answer answer = new Answer(
                text,
                false,
                JsonNodeFactory.instance.objectNode(),
                1,
                Duration.ZERO,
                "m",
                JsonNodeFactory.instance.arrayNode());
        Task running = stored.claimed(stored.inserted(
                Map.of("prompt", "ab" + text, "systemPrompt", text, "tags", List.of("t", "u"), "maxBudgetUsd", 0.25)));
        stored.replaced(running, running.with(new TaskState.Succeeded(answer, now)));

        TaskOutline listed = outlines.findAll(ids(ALL, 1)).getFirst();

        TaskSummary summary = TaskSummary.of(listed, null);
        assertThat("ab" + text).startsWith(summary.prompt());
        assertThat(summary.prompt()).startsWith("ab");
        assertThat(summary.prompt().codePoints().count()).isLessThanOrEqualTo(200);
        assertThat(summary.labels().tags()).containsExactly("t", "u");
        assertThat(summary.state()).isEqualTo(TaskState.Name.SUCCEEDED);
        assertThat(listed.spec().limit()).isEqualTo(Money.usd("0.25"));
    }

    @Test
    void promptsOfTwoHundredCharactersAreListedWhole() {
        String prompt = "\ud83d\ude00".repeat(200);
        stored.inserted(Map.of("prompt", prompt));

        assertThat(TaskSummary.of(outlines.findAll(ids(ALL, 1)).getFirst(), null)
                        .prompt())
                .isEqualTo(prompt);
    }

    private static List<UUID> ids(List<Task> tasks) {
        return tasks.stream().map(Task::id).toList();
    }

    private List<UUID> ids(TaskFilter filter, int limit) {
        return lists.find(filter, TaskOrder.YOUNGEST, null, limit).ids();
    }

    /** All pages, with a task added to the list after each. */
    private List<UUID> paged(TaskListStore store, TaskFilter filter) {
        List<UUID> all = new ArrayList<>();
        @Nullable Position after = null;
        do {
            Found page = store.find(filter, TaskOrder.YOUNGEST, after, 6).first(5);
            all.addAll(page.ids());
            after = page.next();
            added.add(stored.inserted(Map.of("tags", List.of("even"))).id());
        } while (after != null);
        all.removeAll(added);
        return all;
    }

    private static List<UUID> allPages(TaskListStore store, TaskFilter filter, TaskOrder order) {
        List<UUID> all = new ArrayList<>();
        @Nullable Position after = null;
        do {
            Found page = store.find(filter, order, after, 11).first(10);
            all.addAll(page.ids());
            after = page.next();
        } while (after != null);
        return all;
    }
}

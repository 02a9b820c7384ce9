package dev.claudepool.submit;

import static dev.claudepool.task.TaskAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.claudepool.budget.Money;
import dev.claudepool.claude.Answer;
import dev.claudepool.store.TestDatabase;
import dev.claudepool.task.StoredTasks;
import dev.claudepool.task.Task;
import dev.claudepool.task.TaskOutline;
import dev.claudepool.task.TaskState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.node.JsonNodeFactory;

/** What every engine owes to the lists of tasks. */
abstract class TaskListStoreContract {

    private static final TaskFilter ALL = new TaskFilter(null, null);

    @AutoClose
    final TestDatabase database;

    private final StoredTasks stored;
    private final Instant now;
    private final TaskListStore lists;

    TaskListStoreContract(TestDatabase database) {
        this.database = database;
        this.stored = new StoredTasks(database);
        this.lists = new TaskListStore(database.jdbc(), database.dialect(), database.json());
        this.now = database.clock().instant();
    }

    @Test
    void listsTheYoungestFirst() {
        List<Task> tasks =
                Stream.generate(() -> stored.inserted(Map.of())).limit(3).toList();

        assertThat(lists.ids(ALL, null, 10)).isEqualTo(ids(tasks).reversed());
        assertThat(lists.ids(ALL, null, 2)).isEqualTo(ids(tasks).reversed().subList(0, 2));
    }

    @Test
    void listsByStateAndTag() {
        Task queued = stored.inserted(Map.of("tags", List.of("a", "b", "a")));
        Task running = stored.claimed(stored.inserted(Map.of("tags", List.of("a"))));
        stored.inserted(Map.of("tags", List.of("A", "ab")));

        assertThat(lists.ids(new TaskFilter(null, "a"), null, 10)).containsExactly(running.id(), queued.id());
        assertThat(lists.ids(new TaskFilter(null, "b"), null, 10)).containsExactly(queued.id());
        assertThat(lists.ids(new TaskFilter(TaskState.Name.RUNNING, null), null, 10))
                .containsExactly(running.id());
        assertThat(lists.ids(new TaskFilter(TaskState.Name.RUNNING, "a"), null, 10))
                .containsExactly(running.id());
        assertThat(lists.ids(new TaskFilter(TaskState.Name.RUNNING, "b"), null, 10))
                .isEmpty();
        assertThat(lists.ids(new TaskFilter(null, "%"), null, 10)).isEmpty();
    }

    @Test
    void pagesShowEveryTaskOnceWhileOthersAreAdded() {
        List<Task> tasks = new ArrayList<>();
        for (int i = 0; i < 23; i++) {
            tasks.add(stored.inserted(Map.of("tags", List.of(i % 2 == 0 ? "even" : "odd"))));
        }

        assertThat(paged(ALL)).isEqualTo(ids(tasks).reversed());
        assertThat(paged(new TaskFilter(TaskState.Name.QUEUED, "even")))
                .hasSizeGreaterThanOrEqualTo(12)
                .isSortedAccordingTo(Comparator.comparing(UUID::toString).reversed());
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

        TaskOutline listed = lists.list(ALL, null, 1).getFirst();

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

        assertThat(TaskSummary.of(lists.list(ALL, null, 1).getFirst(), null).prompt())
                .isEqualTo(prompt);
    }

    private static List<UUID> ids(List<Task> tasks) {
        return tasks.stream().map(Task::id).toList();
    }

    private List<UUID> paged(TaskFilter filter) {
        List<UUID> all = new ArrayList<>();
        @Nullable UUID before = null;
        for (List<UUID> page = lists.ids(filter, before, 5); !page.isEmpty(); page = lists.ids(filter, before, 5)) {
            all.addAll(page);
            before = page.getLast();
            stored.inserted(Map.of());
        }
        return all;
    }
}

package dev.claudepool.queue;

import static dev.claudepool.task.TaskAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.claudepool.queue.QueueSurvey.Group;
import dev.claudepool.store.TestDatabase;
import dev.claudepool.task.HoldReason;
import dev.claudepool.task.StoredTasks;
import dev.claudepool.task.Task;
import dev.claudepool.task.TaskState;
import dev.claudepool.task.TestingSpecs;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** What every engine owes to the store of the queue. */
abstract class QueueStoreContract {

    @AutoClose
    final TestDatabase database;

    private final StoredTasks stored;
    private final Instant now;
    private final QueueStore store;

    QueueStoreContract(TestDatabase database) {
        this.database = database;
        this.stored = new StoredTasks(database);
        this.store = new QueueStore(database.jdbc(), stored.store(), database.json());
        this.now = database.clock().instant();
    }

    @Test
    void returnsTheOldestOfTheQueueWhateverTheirRank() {
        Task first = stored.inserted(Map.of("priority", -1));
        Task second = stored.inserted(Map.of("slot", "slot-9"));
        stored.inserted(Map.of("priority", 1000));
        stored.claimed(stored.inserted(Map.of()));

        assertThat(store.queued(2)).containsExactly(first, second);
        assertThat(store.queued(10)).hasSize(3);
    }

    @Test
    void returnsTheEarliestTimeInTheFuture() {
        assertThat(store.nextNotBefore(now)).isEmpty();
        for (int minutes : List.of(3, 1, 2, 0)) {
            Task running = stored.claimed(stored.inserted(Map.of()));
            stored.replaced(running, running.with(TestingSpecs.queued(now.plus(Duration.ofMinutes(minutes)))));
        }
        Task ended = stored.claimed(stored.inserted(Map.of()));
        stored.replaced(ended, ended.with(new TaskState.Cancelled(now)));

        assertThat(store.nextNotBefore(now)).contains(now.plus(Duration.ofMinutes(1)));
        assertThat(store.nextNotBefore(now.plus(Duration.ofMinutes(1)))).contains(now.plus(Duration.ofMinutes(2)));
    }

    @Test
    void returnsTheFirstByTheirRank() {
        Task second = stored.inserted(Map.of());
        Task last = stored.inserted(Map.of("priority", -1));
        Task first = stored.inserted(Map.of("priority", 1, "slot", "slot-9"));
        stored.claimed(stored.inserted(Map.of()));

        assertThat(store.first(10)).containsExactly(first.id(), second.id(), last.id());
        assertThat(store.first(2)).containsExactly(first.id(), second.id());
        assertThat(Stream.of(first, second, last).map(task -> store.position(task.id(), 10)))
                .containsExactly(1, 2, 3);
        assertThat(store.position(last.id(), 2)).isEqualTo(2);
        assertThat(store.position(stored.claimed(stored.inserted(Map.of())).id(), 10))
                .isZero();
        assertThat(store.oldest()).contains(second.createdAt());
    }

    @Test
    void anEmptyQueueHasNoOldestTaskAndNoGroups() {
        stored.claimed(stored.inserted(Map.of()));

        assertThat(store.oldest()).isEmpty();
        assertThat(store.groups(now, 10)).isEmpty();
    }

    @Test
    void countsWhatKeepsTasksFromBeingClaimed() {
        UUID session = UUID.randomUUID();
        Task running = stored.runningIn(session);
        stored.inserted(Map.of());
        stored.inserted(Map.of());
        stored.inserted(Map.of("role", "tester"));
        stored.inserted(Map.of("slot", "slot-1"));
        stored.queued(TestingSpecs.queued(now.plusMillis(1)), null, null);
        stored.queued(new TaskState.Queued(now, false, HoldReason.FAN_OUT, now), null, null);
        stored.queued(TestingSpecs.queued(now), session, null);
        stored.queued(TestingSpecs.queued(now), UUID.randomUUID(), null);
        stored.queued(TestingSpecs.queued(now), null, running.id());

        assertThat(store.groups(now, 100))
                .containsExactlyInAnyOrder(
                        new Group(false, null, false, false, false, false, 3),
                        new Group(false, null, false, false, false, true, 1),
                        new Group(false, null, false, false, true, false, 1),
                        new Group(true, null, false, false, false, false, 1),
                        new Group(false, HoldReason.FAN_OUT, false, false, false, false, 1),
                        new Group(false, null, false, true, false, false, 1),
                        new Group(false, null, true, false, false, false, 1));
        assertThat(store.groups(now, 2)).containsExactly(new Group(false, null, false, false, false, false, 2));
    }

    @Test
    void looksAtTheFirstTasksByAnIndexWithoutSorting() {
        for (String sql : List.of(QueueStore.FIRST, QueueStore.POSITION, QueueStore.GROUPS)) {
            assertThat(database.plan(sql, Map.of("now", 0L, "limit", 10, "rank", 0L, "id", "")))
                    .anyMatch(line -> line.contains("task_rank"))
                    .noneMatch(line -> line.contains("TEMP B-TREE FOR ORDER BY"));
        }
    }

    @Test
    void readsFewLongTasksOfTheQueueAtATime() {
        List<Task> tasks = Stream.generate(() -> stored.inserted(Map.of("prompt", "x".repeat(1 << 20))))
                .limit(6)
                .toList();

        assertThat(store.queued(100)).isEqualTo(tasks.subList(0, 3));
        assertThat(store.queued(2)).isEqualTo(tasks.subList(0, 2));
    }
}

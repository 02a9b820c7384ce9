package dev.claudepool.queue;

import static dev.claudepool.task.TaskAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.claudepool.store.TestDatabase;
import dev.claudepool.task.StoredTasks;
import dev.claudepool.task.Task;
import dev.claudepool.task.TaskState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
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
            stored.replaced(running, running.with(new TaskState.Queued(now.plus(Duration.ofMinutes(minutes)))));
        }
        Task ended = stored.claimed(stored.inserted(Map.of()));
        stored.replaced(ended, ended.with(new TaskState.Cancelled(now)));

        assertThat(store.nextNotBefore(now)).contains(now.plus(Duration.ofMinutes(1)));
        assertThat(store.nextNotBefore(now.plus(Duration.ofMinutes(1)))).contains(now.plus(Duration.ofMinutes(2)));
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

package dev.claudepool.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.claudepool.store.TestDatabase;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataAccessException;

/** What every engine owes to the store of idempotency keys. */
abstract class IdempotencyStoreContract {

    private static final TaskSpec SPEC = TaskSpec.ofPrompt("say hello");

    @AutoClose
    private final TestDatabase database;

    private final IdempotencyStore store;
    private final Instant now;

    IdempotencyStoreContract(TestDatabase database) {
        this.database = database;
        this.store = new IdempotencyStore(database.jdbc(), database.json());
        this.now = database.clock().instant();
    }

    @Test
    void findsTheFirstUseOfAKey() {
        Task task = inserted();

        store.insert("key", SPEC, task.id(), now);

        assertThat(store.find("key")).contains(new IdempotencyStore.Use(task.id(), store.digest(SPEC)));
        assertThat(store.find("KEY")).isEmpty();
        assertThat(store.find("ke_")).isEmpty();
    }

    @Test
    void takesAKeyOnce() {
        store.insert("key", SPEC, inserted().id(), now);

        assertThatThrownBy(() -> store.insert("key", SPEC, inserted().id(), now))
                .isInstanceOf(DataAccessException.class);
    }

    @Test
    void takesNoKeyForATaskThatIsNot() {
        assertThatThrownBy(() -> store.insert("key", SPEC, UUID.randomUUID(), now))
                .isInstanceOf(DataAccessException.class);
    }

    @Test
    void theDigestTellsEveryDifferenceInARequest() {
        TaskSpec same = database.json().readValue("{ \"prompt\" : \"say hello\", \"tags\": [] }", TaskSpec.class);

        assertThat(store.digest(same)).isEqualTo(store.digest(SPEC)).hasSize(64);
        assertThat(List.of(
                        store.digest(SPEC),
                        store.digest(TaskSpec.ofPrompt("say hello ")),
                        store.digest(TestingTasks.spec("priority", 1)),
                        store.digest(TestingTasks.spec("tags", List.of("a"))),
                        store.digest(TestingTasks.spec("slashCommands", true))))
                .doesNotHaveDuplicates();
    }

    private Task inserted() {
        Task task = Task.queued(database.ids().next(), SPEC, now, null, null);
        new TaskStore(database.jdbc(), database.json()).insert(task, TestingTasks.STEP);
        return task;
    }
}

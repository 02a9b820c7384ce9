package dev.claudepool.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.claudepool.store.SqliteTestDatabase;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SqliteAttemptStoreTest extends AttemptStoreContract {

    SqliteAttemptStoreTest() {
        super(new SqliteTestDatabase());
    }

    @Test
    void theAttemptsOfATaskAreFoundByTheirKeyWithoutSorting() {
        assertThat(database.plan(AttemptStore.OF_TASK, Map.of("task", "x", "after", 0L, "limit", 1)))
                .containsExactly("SEARCH attempt USING PRIMARY KEY (task_id=? AND number>?)");
    }
}

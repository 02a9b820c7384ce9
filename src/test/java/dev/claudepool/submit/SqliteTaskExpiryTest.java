package dev.claudepool.submit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.claudepool.store.SqliteTestDatabase;
import dev.claudepool.task.TaskStore;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SqliteTaskExpiryTest extends TaskExpiryContract {

    SqliteTaskExpiryTest() {
        super(new SqliteTestDatabase());
    }

    @Test
    void whatHasExpiredIsFoundInIndexes() {
        assertThat(database.plan(TaskStore.EXPIRED, Map.of("before", 1L, "limit", 10)))
                .anyMatch(step -> step.startsWith("SEARCH t USING") && step.contains("task_expiry (finished_at<?)"))
                .anyMatch(step -> step.contains("task_follows (follows=?)"))
                .noneMatch(step -> step.contains("TEMP B-TREE"));
    }
}

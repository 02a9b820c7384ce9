package dev.claudepool.submit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.claudepool.store.SqliteTestDatabase;
import dev.claudepool.task.TaskOutline;
import dev.claudepool.task.TaskState;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class SqliteTaskListStoreTest extends TaskListStoreContract {

    private static final UUID ID = new UUID(0, 0);

    SqliteTaskListStoreTest() {
        super(new SqliteTestDatabase());
    }

    @Test
    void aPageIsReadInOrderFromAnIndex() {
        assertThat(planOf(new TaskFilter(null, null))).anyMatch(step -> step.startsWith("SEARCH t USING INDEX"));
        assertThat(planOf(new TaskFilter(TaskState.Name.FAILED, null))).anyMatch(step -> step.contains("task_state"));
        assertThat(planOf(new TaskFilter(TaskState.Name.FAILED, "tag")))
                .anyMatch(step -> step.startsWith("SEARCH g USING PRIMARY KEY (tag=? AND task_id<?)"));
    }

    private List<String> planOf(TaskFilter filter) {
        List<String> plan = database.plan(
                TaskListStore.listing(filter, ID, TaskOutline.columns(database.dialect())),
                Map.of("state", "FAILED", "tag", "tag", "before", ID.toString(), "limit", 10));
        assertThat(plan).noneMatch(step -> step.contains("TEMP B-TREE"));
        return plan;
    }
}

package dev.claudepool.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.claudepool.store.SqliteTestDatabase;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SqliteTaskClaimTest extends TaskClaimContract {

    SqliteTaskClaimTest() {
        super(new SqliteTestDatabase());
    }

    /** With any other index SQLite would read all queued tasks, prompts included, and sort them. */
    @Test
    void theNextTaskIsFoundInTheIndexOfTheQueueWithoutSorting() {
        List<String> plan = database.plan(TaskStore.NEXT, Map.of("now", 1L, "slots", List.of("slot-0", "slot-1")));

        assertThat(plan)
                .contains("SEARCH t USING COVERING INDEX task_queue (state=?)")
                .noneMatch(step -> step.contains("TEMP B-TREE"));
    }
}

package dev.claudepool.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.claudepool.store.SqliteTestDatabase;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SqliteTaskClaimTest extends TaskClaimContract {

    SqliteTaskClaimTest() {
        super(new SqliteTestDatabase());
    }

    private static final List<IdleSlot> IDLE = List.of(new IdleSlot("slot-0", null), new IdleSlot("slot-1", "tester"));

    /** With any other index SQLite would read all queued tasks, prompts included, and sort them. */
    @Test
    void theNextTaskIsFoundInTheIndexOfTheQueueWithoutSorting() {
        List<String> plan = database.plan(QueueStore.NEXT, Map.of("now", 1L, "idle", QueueStore.rows(IDLE)));

        assertThat(plan)
                .contains("SEARCH t USING COVERING INDEX task_queue (state=?)")
                .noneMatch(step -> step.contains("TEMP B-TREE"));
    }
}

package dev.claudepool.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.claudepool.store.PostgresTestDatabase;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PostgresTaskClaimTest extends TaskClaimContract {

    private static final List<IdleSlot> IDLE = List.of(new IdleSlot("slot-0", null), new IdleSlot("slot-1", "tester"));

    PostgresTaskClaimTest() {
        super(new PostgresTestDatabase());
    }

    @Test
    void theNextTaskIsFoundInTheIndexOfTheQueueWithoutSorting() {
        List<String> plan = database.plan(QueueStore.NEXT, Map.of("now", 1L, "idle", QueueStore.rows(IDLE)));

        assertThat(plan)
                .anyMatch(step -> step.contains("Index Only Scan using task_queue on task t"))
                .noneMatch(step -> step.contains("Sort"));
    }
}

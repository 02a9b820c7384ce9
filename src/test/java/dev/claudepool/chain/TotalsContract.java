package dev.claudepool.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.claudepool.claude.Failure;
import dev.claudepool.claude.FailureCode;
import dev.claudepool.store.TestDatabase;
import dev.claudepool.submit.TestingTasks;
import dev.claudepool.task.Labels;
import dev.claudepool.task.Task;
import dev.claudepool.task.TaskSpec;
import dev.claudepool.task.TaskState;
import dev.claudepool.task.TestingSpecs;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** What every engine owes to the counters of what is stored: that they are what one would count. */
abstract class TotalsContract {

    private static final Duration KEPT = Duration.ofHours(1);

    private static final String COUNTED = """
            select state || ' ' || count(*) || ' ' || sum(octet_length(spec)) from task group by state
            union select 'CHAIN ' || count(*) || ' ' || sum(octet_length(spec)) from chain
              where state = 'RUNNING' group by state""";

    private static final String TOTALS = "select name || ' ' || items || ' ' || bytes from total where items <> 0";

    @AutoClose
    private final TestDatabase database;

    private final TestingChains chains;
    private final TestingTasks tasks;
    private final List<UUID> taskIds = new ArrayList<>();
    private final List<UUID> chainIds = new ArrayList<>();

    TotalsContract(TestDatabase database) {
        this.database = database;
        this.chains = new TestingChains(database, KEPT);
        this.tasks = chains.tasks;
    }

    @Test
    void totalsAreExactWhateverBecomesOfTasksAndChains() {
        long seed = System.nanoTime();
        System.out.println("Totals with seed " + seed);
        Random random = new Random(seed);

        for (int i = 0; i < 300; i++) {
            act(random.nextInt(9), random);
            if (random.nextInt(20) == 0) {
                expire();
            }

            assertThat(rows(TOTALS)).as("after step %d with seed %d", i, seed).isEqualTo(rows(COUNTED));
        }
    }

    private void act(int what, Random random) {
        switch (what) {
            case 0, 1 ->
                taskIds.add(tasks.service
                        .submit(TaskSpec.ofPrompt("\u00e4".repeat(1 + random.nextInt(1000))), null, TestingTasks.CALLER)
                        .id());
            case 2 ->
                chainIds.add(chains.submitted(
                                1 + random.nextInt(3), UUID.randomUUID().toString())
                        .id());
            case 3, 4 -> tasks.claimed().ifPresent(task -> settle(task, random));
            case 5 -> any(taskIds, random).forEach(tasks.service::cancel);
            case 6 -> any(chainIds, random).forEach(chains.service::cancel);
            case 7 -> any(taskIds, random).forEach(id -> rename(id, random));
            default -> undo(random);
        }
    }

    private void settle(Task task, Random random) {
        if (random.nextBoolean()) {
            tasks.queue.settlement.succeeded(task, TestingSpecs.answer("x"), TestingSpecs.spend("0.1"));
        } else if (random.nextBoolean()) {
            tasks.queue.settlement.failed(task, Failure.of(FailureCode.TASK_FAILED, "x"), TestingSpecs.spend("0.1"));
        } else {
            tasks.queue.settlement.deferred(
                    task,
                    TestingSpecs.failure(FailureCode.RATE_LIMITED),
                    database.clock().instant(),
                    TestingSpecs.spend("0.1"));
        }
    }

    private void rename(UUID id, Random random) {
        if (tasks.store
                .state(id)
                .filter(state -> state == TaskState.Name.QUEUED)
                .isPresent()) {
            Labels labels = new Labels("\u00e4".repeat(random.nextInt(200)), List.of(), Map.of());
            tasks.service.change(id, spec -> spec.with(spec.prompt(), spec.session(), labels), TestingTasks.CALLER);
        }
    }

    private void undo(Random random) {
        List<UUID> tasksBefore = List.copyOf(taskIds);
        List<UUID> chainsBefore = List.copyOf(chainIds);
        assertThatThrownBy(() -> database.transactions().writing(() -> {
                    act(random.nextInt(8), random);
                    throw new IllegalStateException("undone");
                }))
                .hasMessage("undone");
        taskIds.retainAll(tasksBefore);
        chainIds.retainAll(chainsBefore);
    }

    private void expire() {
        database.clock().advance(KEPT.plusMillis(1));
        taskIds.clear();
        chainIds.clear();
        tasks.expiry(KEPT).expire(database.clock().instant());
        chains.removal.expire(database.clock().instant());
    }

    private static List<UUID> any(List<UUID> ids, Random random) {
        return ids.isEmpty() ? List.of() : List.of(ids.get(random.nextInt(ids.size())));
    }

    private List<@Nullable String> rows(String sql) {
        return database.jdbc().sql(sql + " order by 1").query(String.class).list();
    }
}

package dev.claudepool.queue;

import dev.claudepool.budget.SpendReports;
import dev.claudepool.store.Transactions;
import dev.claudepool.task.TaskState;
import dev.claudepool.task.TaskStore;
import java.time.Instant;
import org.springframework.stereotype.Component;

/** Counts tasks, without scanning them. Thread-safe. */
@Component
public class TaskStatistics {

    private final TaskStore store;
    private final SpendReports spend;
    private final Transactions transactions;

    TaskStatistics(TaskStore store, SpendReports spend, Transactions transactions) {
        this.store = store;
        this.spend = spend;
        this.transactions = transactions;
    }

    /** The number of tasks in {@code state}. */
    public int count(TaskState.Name state) {
        return store.count(state);
    }

    /**
     * Returns how the tasks ended that did so at or after {@code since}, and what the attempts cost that ended since
     * then.
     */
    public TaskTotals totalsSince(Instant since) {
        return transactions.write(() -> {
            TaskStore.Ends ends = store.endsSince(since);
            return new TaskTotals(ends.succeeded(), ends.failed(), ends.cancelled(), spend.spentSince(since));
        });
    }
}

package dev.claudepool.queue;

import dev.claudepool.budget.Budget;
import dev.claudepool.store.Transactions;
import dev.claudepool.task.Task;
import dev.claudepool.task.TaskChanges;
import dev.claudepool.task.TaskState;
import java.time.InstantSource;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.springframework.stereotype.Component;

/**
 * Ends all queued tasks, some in each transaction, so that no other writer waits for long. Running tasks go on.
 * Thread-safe.
 */
@Component
public class QueueClearing {

    private static final int ENDED_AT_ONCE = 100;

    private final QueueStore store;
    private final Budget budget;
    private final TaskChanges changes;
    private final Transactions transactions;
    private final InstantSource clock;

    QueueClearing(
            QueueStore store, Budget budget, TaskChanges changes, Transactions transactions, InstantSource clock) {
        this.store = store;
        this.budget = budget;
        this.changes = changes;
        this.transactions = transactions;
        this.clock = clock;
    }

    /**
     * Cancels every queued task.
     *
     * @return the number of cancelled tasks
     */
    public int cancelAll() {
        return endAll(() -> true, queued -> queued.cancelled(clock.instant()));
    }

    /**
     * Fails every queued task when the budget is exhausted for good; otherwise does nothing.
     *
     * @return the number of failed tasks
     */
    public int failUnpayable() {
        return budget.isExhausted()
                ? endAll(
                        budget::isExhausted,
                        queued -> queued.failed(TaskClaims.outOfMoney("of the pool"), clock.instant()))
                : 0;
    }

    private int endAll(BooleanSupplier condition, Function<TaskState.Queued, TaskState.Ended> end) {
        int all = 0;
        int some;
        do {
            some = transactions.write(() -> condition.getAsBoolean() ? endSome(end) : 0);
            all += some;
        } while (some > 0); // where a chain ends, its fan-out may begin another
        return all;
    }

    private int endSome(Function<TaskState.Queued, TaskState.Ended> end) {
        List<Task> queued = store.queued(ENDED_AT_ONCE);
        queued.forEach(task -> changes.apply(task, task.with(end.apply(task.requireQueued()))));
        return queued.size();
    }
}

package dev.claudepool.queue;

import dev.claudepool.budget.Reservations;
import dev.claudepool.budget.Spend;
import dev.claudepool.store.Transactions;
import dev.claudepool.task.Task;
import dev.claudepool.task.TaskChanges;
import dev.claudepool.task.TaskError;
import dev.claudepool.task.TaskState;
import dev.claudepool.task.TaskStore;
import java.time.InstantSource;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Puts the queue in order before its first task is claimed, as the instance before this one may have been killed. */
@Component
public class TaskRecovery {

    private static final Logger log = LoggerFactory.getLogger(TaskRecovery.class);

    private final TaskSettlement settlement;
    private final TaskStore store;
    private final AttemptRecords attempts;
    private final TaskChanges changes;
    private final Reservations reservations;
    private final QueueOrder order;
    private final Transactions transactions;
    private final InstantSource clock;

    TaskRecovery(
            TaskSettlement settlement,
            TaskStore store,
            AttemptRecords attempts,
            TaskChanges changes,
            Reservations reservations,
            QueueOrder order,
            Transactions transactions,
            InstantSource clock) {
        this.settlement = settlement;
        this.store = store;
        this.attempts = attempts;
        this.changes = changes;
        this.reservations = reservations;
        this.order = order;
        this.transactions = transactions;
        this.clock = clock;
    }

    /**
     * Requeues what a dead instance was running, ranks the queue by the present settings, and shortens waits that the
     * clock of that instance made too long.
     *
     * @return how many tasks were running
     */
    public int recover() {
        List<Task> left = store.running();
        left.forEach(this::recover);
        transactions.writing(() -> {
            reservations.releaseAll();
            order.renew();
        });
        return left.size();
    }

    /** One that cannot be recovered fails, so that it keeps no other, nor the service, from starting. */
    private void recover(Task task) {
        try {
            Spend spent = reservations.lastRecorded(task.attemptId()).asEstimate();
            if (task.spec().wasReadable()) {
                settlement.lost(task, spent);
            } else {
                settlement.unreadable(task, spent);
            }
        } catch (IllegalStateException | IllegalArgumentException e) {
            log.error("A task that was running cannot be recovered, so it has failed task={}", task.id(), e);
            Task failed = task.with(new TaskState.Failed(TaskError.unreadable(), clock.instant()));
            transactions.writing(() -> {
                attempts.finish(task, AttemptEnd.UNREADABLE, Spend.NOTHING, clock.instant());
                changes.apply(task, failed);
            });
        }
    }
}

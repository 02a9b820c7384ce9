package dev.claudepool.submit;

import dev.claudepool.store.Expiring;
import dev.claudepool.store.RetentionProperties;
import dev.claudepool.store.Transactions;
import dev.claudepool.task.TaskStore;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;

/**
 * Deletes tasks some time after their end, with their events and keys; those that an unfinished task follows stay, and
 * those of chains and fan-outs stay as long as these. What they have cost stays in the account.
 */
@Component
@Order(Expiring.REMOVES_TASKS)
class TaskExpiry implements Expiring {

    private final TaskStore store;
    private final TaskRemoval removal;
    private final Transactions transactions;
    private final RetentionProperties retention;

    TaskExpiry(TaskStore store, TaskRemoval removal, Transactions transactions, RetentionProperties retention) {
        this.store = store;
        this.removal = removal;
        this.transactions = transactions;
        this.retention = retention;
    }

    @Override
    public int expire(Instant now) {
        return transactions.write(() -> {
            List<UUID> expired = store.expired(retention.tasksBefore(now), TaskRemoval.AT_ONCE);
            removal.remove(expired);
            return expired.size();
        });
    }
}

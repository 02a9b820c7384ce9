package dev.claudepool.task;

import dev.claudepool.event.EventLog;
import dev.claudepool.store.Expiring;
import dev.claudepool.store.RetentionProperties;
import dev.claudepool.store.Transactions;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.springframework.stereotype.Component;

/**
 * Lets tasks go, with all that is about them, some time after their end; those that an unfinished task follows stay.
 * What they have cost stays in the account.
 */
@Component
class TaskExpiry implements Expiring {

    /** Few, because the events of each go with it. */
    private static final int AT_ONCE = 100;

    private final TaskStore store;
    private final EventLog log;
    private final Transactions transactions;
    private final RetentionProperties retention;

    TaskExpiry(TaskStore store, EventLog log, Transactions transactions, RetentionProperties retention) {
        this.store = store;
        this.log = log;
        this.transactions = transactions;
        this.retention = retention;
    }

    @Override
    public int expire(Instant now) {
        return transactions.write(() -> {
            List<UUID> expired = store.expired(retention.tasksBefore(now), AT_ONCE);
            if (!expired.isEmpty()) {
                log.forget(expired);
                store.delete(expired);
            }
            return expired.size();
        });
    }
}

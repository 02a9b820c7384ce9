package dev.claudepool.chain;

import dev.claudepool.budget.Budget;
import dev.claudepool.event.EventFilter;
import dev.claudepool.event.EventLog;
import dev.claudepool.store.Expiring;
import dev.claudepool.store.RetentionProperties;
import dev.claudepool.store.Transactions;
import dev.claudepool.task.FlowTasks;
import dev.claudepool.task.Idempotency;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.stereotype.Component;

/**
 * Lets chains go, with their tasks and all that is about them, as long after their end as tasks; those in whose
 * conversations an unfinished task goes on stay.
 */
@Component
class ChainExpiry implements Expiring {

    private static final int LOOKED_AT = 100;

    private final ChainStore store;
    private final FlowTasks tasks;
    private final Budget budget;
    private final Idempotency idempotency;
    private final EventLog log;
    private final Transactions transactions;
    private final RetentionProperties retention;

    ChainExpiry(
            ChainStore store,
            FlowTasks tasks,
            Budget budget,
            Idempotency idempotency,
            EventLog log,
            Transactions transactions,
            RetentionProperties retention) {
        this.store = store;
        this.tasks = tasks;
        this.budget = budget;
        this.idempotency = idempotency;
        this.log = log;
        this.transactions = transactions;
        this.retention = retention;
    }

    @Override
    public int expire(Instant now) {
        return transactions.write(() -> {
            Optional<UUID> expired = store.expired(retention.tasksBefore(now), LOOKED_AT).stream()
                    .filter(id -> !tasks.isFollowed(id))
                    .findFirst();
            return expired.map(this::removeSome).orElse(0);
        });
    }

    /** Its tasks first, and then itself. */
    private int removeSome(UUID id) {
        int removed = tasks.removeSome(id);
        if (removed > 0) {
            return removed;
        }
        idempotency.forget(List.of(id));
        return remove(List.of(id));
    }

    /** Deletes chains that have no tasks any more, in the caller's transaction. */
    int remove(List<UUID> chains) {
        chains.forEach(id -> {
            log.forget(new EventFilter.OfChain(id));
            store.delete(id);
        });
        budget.close(chains);
        return chains.size();
    }
}

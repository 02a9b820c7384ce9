package dev.claudepool.fanout;

import dev.claudepool.budget.Budget;
import dev.claudepool.chain.ChainService;
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
 * Lets fan-outs go, with their elements and all that is about them, as long after their end as tasks; those in whose
 * conversations an unfinished task goes on stay.
 */
@Component
class FanOutExpiry implements Expiring {

    private static final int LOOKED_AT = 100;

    private final FanOutStore store;
    private final FlowTasks tasks;
    private final ChainService chains;
    private final Budget budget;
    private final Idempotency idempotency;
    private final EventLog log;
    private final Transactions transactions;
    private final RetentionProperties retention;

    FanOutExpiry(
            FanOutStore store,
            FlowTasks tasks,
            ChainService chains,
            Budget budget,
            Idempotency idempotency,
            EventLog log,
            Transactions transactions,
            RetentionProperties retention) {
        this.store = store;
        this.tasks = tasks;
        this.chains = chains;
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

    /** The tasks of its elements first, then its chains, and then itself. */
    private int removeSome(UUID id) {
        int removed = tasks.removeSome(id);
        if (removed == 0) {
            removed = chains.removeSome(id);
        }
        return removed > 0 ? removed : remove(id);
    }

    private int remove(UUID id) {
        log.forget(new EventFilter.OfFanOut(id));
        store.delete(id);
        idempotency.forget(List.of(id));
        budget.close(List.of(id));
        return 1;
    }
}

package dev.claudepool.chain;

import dev.claudepool.budget.FlowAccountStore;
import dev.claudepool.event.EventFilter;
import dev.claudepool.event.EventLog;
import dev.claudepool.flow.FlowExpiry;
import dev.claudepool.store.Expiring;
import dev.claudepool.submit.Idempotency;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;

/** Deletes expired chains of no fan-out, and those of fan-outs on request. */
@Component
@Order(Expiring.REMOVES_TASKS)
public class ChainExpiry implements Expiring {

    private static final int REMOVED_AT_ONCE = 100;

    private final ChainStore store;
    private final FlowExpiry flows;
    private final FlowAccountStore accounts;
    private final Idempotency idempotency;
    private final EventLog log;

    ChainExpiry(ChainStore store, FlowExpiry flows, FlowAccountStore accounts, Idempotency idempotency, EventLog log) {
        this.store = store;
        this.flows = flows;
        this.accounts = accounts;
        this.idempotency = idempotency;
        this.log = log;
    }

    @Override
    public int expire(Instant now) {
        return flows.expire(now, store::endedBefore, id -> remove(List.of(id)));
    }

    /**
     * Deletes some chains of a fan-out, whose tasks are deleted already, in the caller's transaction.
     *
     * @return how many; 0 when none is left
     */
    public int removeSome(UUID fanOutId) {
        return remove(store.someOf(fanOutId, REMOVED_AT_ONCE));
    }

    /** Deletes chains that have no tasks any more, with all that is about them, in the caller's transaction. */
    private int remove(List<UUID> chains) {
        chains.forEach(id -> {
            log.forget(new EventFilter.OfChain(id));
            store.delete(id);
        });
        idempotency.forget(chains);
        accounts.delete(chains);
        return chains.size();
    }
}

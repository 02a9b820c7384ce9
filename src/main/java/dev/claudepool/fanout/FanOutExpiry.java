package dev.claudepool.fanout;

import dev.claudepool.budget.FlowAccountStore;
import dev.claudepool.chain.ChainExpiry;
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

/** Deletes expired fan-outs, with their chains. */
@Component
@Order(Expiring.REMOVES_TASKS)
class FanOutExpiry implements Expiring {

    private final FanOutStore store;
    private final FlowExpiry flows;
    private final ChainExpiry chains;
    private final FlowAccountStore accounts;
    private final Idempotency idempotency;
    private final EventLog log;

    FanOutExpiry(
            FanOutStore store,
            FlowExpiry flows,
            ChainExpiry chains,
            FlowAccountStore accounts,
            Idempotency idempotency,
            EventLog log) {
        this.store = store;
        this.flows = flows;
        this.chains = chains;
        this.accounts = accounts;
        this.idempotency = idempotency;
        this.log = log;
    }

    @Override
    public int expire(Instant now) {
        return flows.expire(now, store::endedBefore, this::removeSome);
    }

    /** Its chains first, and then itself. */
    private int removeSome(UUID id) {
        int removed = chains.removeSome(id);
        return removed > 0 ? removed : remove(id);
    }

    private int remove(UUID id) {
        log.forget(new EventFilter.OfFanOut(id));
        store.delete(id);
        idempotency.forget(List.of(id));
        accounts.delete(List.of(id));
        return 1;
    }
}

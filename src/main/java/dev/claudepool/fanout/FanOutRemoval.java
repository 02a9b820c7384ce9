package dev.claudepool.fanout;

import static dev.claudepool.problem.ProblemException.conflictUnless;

import dev.claudepool.budget.FlowAccountStore;
import dev.claudepool.chain.ChainRemoval;
import dev.claudepool.event.EventFilter;
import dev.claudepool.event.EventLog;
import dev.claudepool.flow.FlowRemoval;
import dev.claudepool.store.Expiring;
import dev.claudepool.submit.Idempotency;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;

/** Deletes fan-outs that have expired or that a client wants to delete, with their chains. */
@Component
@Order(Expiring.REMOVES_TASKS)
class FanOutRemoval implements Expiring {

    private final FanOutStore store;
    private final FlowRemoval flows;
    private final ChainRemoval chains;
    private final FlowAccountStore accounts;
    private final Idempotency idempotency;
    private final EventLog log;

    FanOutRemoval(
            FanOutStore store,
            FlowRemoval flows,
            ChainRemoval chains,
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

    /**
     * Deletes a fan-out that has ended.
     *
     * @throws ProblemException {@code fan-out-not-found}; {@code conflict} when it has not ended, or something that has
     *     not ended goes on in the session of a task of it
     */
    void delete(UUID id) {
        if (!flows.remove(id, () -> isThere(id), this::removeSome)) {
            throw FanOutService.notFound(id);
        }
    }

    private boolean isThere(UUID id) {
        Optional<FanOut> found = store.find(id);
        found.ifPresent(fanOut -> conflictUnless(
                fanOut.phase().isFinal(), "Only a fan-out that has ended can be deleted; cancel it first"));
        return found.isPresent();
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

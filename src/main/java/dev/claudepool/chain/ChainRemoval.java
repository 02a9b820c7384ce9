package dev.claudepool.chain;

import static dev.claudepool.problem.ProblemException.conflictUnless;

import dev.claudepool.budget.FlowAccountStore;
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

/**
 * Deletes chains of no fan-out that have expired or that a client wants to delete, and those of fan-outs on request.
 */
@Component
@Order(Expiring.REMOVES_TASKS)
public class ChainRemoval implements Expiring {

    private static final int REMOVED_AT_ONCE = 100;

    private final ChainStore store;
    private final FlowRemoval flows;
    private final FlowAccountStore accounts;
    private final Idempotency idempotency;
    private final EventLog log;

    ChainRemoval(
            ChainStore store, FlowRemoval flows, FlowAccountStore accounts, Idempotency idempotency, EventLog log) {
        this.store = store;
        this.flows = flows;
        this.accounts = accounts;
        this.idempotency = idempotency;
        this.log = log;
    }

    @Override
    public int expire(Instant now) {
        return flows.expire(now, store::endedBefore, this::remove);
    }

    /**
     * Deletes a chain that has ended.
     *
     * @throws ProblemException {@code chain-not-found}; {@code conflict} when it has not ended, belongs to a fan-out,
     *     or something that has not ended goes on in the session of a task of it
     */
    void delete(UUID id) {
        if (!flows.remove(id, () -> isThere(id), this::remove)) {
            throw ChainService.notFound(id);
        }
    }

    private boolean isThere(UUID id) {
        Optional<Chain> found = store.find(id);
        found.ifPresent(chain -> {
            conflictUnless(chain.phase().isFinal(), "Only a chain that has ended can be deleted; cancel it first");
            conflictUnless(chain.fanOutId() == null, "The chain belongs to a fan-out, and stays as long as that");
        });
        return found.isPresent();
    }

    private int remove(UUID id) {
        return remove(List.of(id));
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

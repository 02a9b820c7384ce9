package dev.claudepool.flow;

import dev.claudepool.problem.ProblemException;
import dev.claudepool.store.RetentionProperties;
import dev.claudepool.store.Transactions;
import dev.claudepool.submit.TaskRemoval;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.function.ToIntFunction;
import org.springframework.stereotype.Component;

/**
 * Deletes chains and fan-outs that have ended, their tasks first: as long after their end as tasks, or when a client
 * asks for it. Those in whose sessions something that has not ended is to go on stay. Thread-safe.
 */
@Component
public class FlowRemoval {

    private static final int READ_AT_ONCE = 100;

    private final FlowTaskStore store;
    private final TaskRemoval removal;
    private final Transactions transactions;
    private final RetentionProperties retention;

    FlowRemoval(FlowTaskStore store, TaskRemoval removal, Transactions transactions, RetentionProperties retention) {
        this.store = store;
        this.removal = removal;
        this.transactions = transactions;
        this.retention = retention;
    }

    /**
     * Removes a part of the first flow that has expired, in one short write transaction.
     *
     * @param ended the flows that have ended
     * @param removeRest removes a part of a flow that has no tasks any more, finally the flow itself, and returns how
     *     many rows it removed
     * @return how many were removed; 0 when nothing is left that has expired
     */
    public int expire(Instant now, EndedFlows ended, ToIntFunction<UUID> removeRest) {
        return transactions.write(() -> firstExpired(retention.tasksBefore(now), ended)
                .map(flow -> removeSome(flow, removeRest))
                .orElse(0));
    }

    /** Passes over no more flows than there are unfinished tasks and chains that follow them. */
    private Optional<UUID> firstExpired(Instant before, EndedFlows ended) {
        Optional<UUID> first = Optional.empty();
        boolean more = true;
        for (int passed = 0; first.isEmpty() && more; passed += READ_AT_ONCE) {
            List<UUID> some = ended.before(before, READ_AT_ONCE, passed);
            Set<UUID> followed = store.followed(some);
            first = some.stream().filter(flow -> !followed.contains(flow)).findFirst();
            more = some.size() == READ_AT_ONCE;
        }
        return first;
    }

    /** The flows of one kind that have ended. */
    public interface EndedFlows {
        /**
         * Returns those that ended before {@code time}, in the order of their ends: at most {@code limit}, after
         * {@code skip}.
         */
        List<UUID> before(Instant time, int limit, int skip);
    }

    /**
     * Removes a flow that has ended, in as many short write transactions as it takes. Each checks anew, since others
     * may change the flow between two of them.
     *
     * @param isThere returns whether the flow is there, and throws when it must stay
     * @param removeRest as for {@link #expire}
     * @return whether it was there
     * @throws ProblemException {@code conflict} when something that has not ended goes on in the session of a task
     */
    public boolean remove(UUID flow, BooleanSupplier isThere, ToIntFunction<UUID> removeRest) {
        boolean removed = false;
        while (transactions.write(() -> isThere.getAsBoolean() && removeSomeUnfollowed(flow, removeRest) > 0)) {
            removed = true;
        }
        return removed;
    }

    private int removeSomeUnfollowed(UUID flow, ToIntFunction<UUID> removeRest) {
        ProblemException.conflictUnless(
                store.followed(List.of(flow)).isEmpty(),
                "A task or chain that has not ended goes on in the session of one of its tasks");
        return removeSome(flow, removeRest);
    }

    private int removeSome(UUID flow, ToIntFunction<UUID> removeRest) {
        List<UUID> tasks = store.someOf(flow, TaskRemoval.AT_ONCE);
        removal.remove(tasks);
        return tasks.isEmpty() ? removeRest.applyAsInt(flow) : tasks.size();
    }
}

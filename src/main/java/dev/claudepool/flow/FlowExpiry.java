package dev.claudepool.flow;

import dev.claudepool.store.RetentionProperties;
import dev.claudepool.store.Transactions;
import dev.claudepool.submit.TaskRemoval;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.function.ToIntFunction;
import org.springframework.stereotype.Component;

/**
 * Lets chains and fan-outs go, their tasks first, as long after their end as tasks; those in whose conversations an
 * unfinished task goes on stay.
 */
@Component
public class FlowExpiry {

    private static final int LOOKED_AT = 100;

    private final FlowTaskStore store;
    private final TaskRemoval removal;
    private final Transactions transactions;
    private final RetentionProperties retention;

    FlowExpiry(FlowTaskStore store, TaskRemoval removal, Transactions transactions, RetentionProperties retention) {
        this.store = store;
        this.removal = removal;
        this.transactions = transactions;
        this.retention = retention;
    }

    /**
     * Removes some of what is about the first flow that has expired, in one short write transaction.
     *
     * @param expired gives the first flows that ended before a time, not more than so many
     * @param removeRest removes some of a flow that has no tasks any more, in the end itself, and says how many
     * @return how many were removed; 0 when nothing is left that has expired
     */
    public int expire(Instant now, BiFunction<Instant, Integer, List<UUID>> expired, ToIntFunction<UUID> removeRest) {
        return transactions.write(() -> {
            Optional<UUID> first = expired.apply(retention.tasksBefore(now), LOOKED_AT).stream()
                    .filter(flow -> !store.isFollowed(flow))
                    .findFirst();
            return first.map(flow -> removeSome(flow, removeRest)).orElse(0);
        });
    }

    private int removeSome(UUID flow, ToIntFunction<UUID> removeRest) {
        List<UUID> tasks = store.someOf(flow, TaskRemoval.AT_ONCE);
        removal.remove(tasks);
        return tasks.isEmpty() ? removeRest.applyAsInt(flow) : tasks.size();
    }
}

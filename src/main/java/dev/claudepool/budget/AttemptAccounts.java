package dev.claudepool.budget;

import java.util.List;
import java.util.UUID;

/**
 * The accounts that an attempt draws on, besides the pool's.
 *
 * @param slotId the slot whose spend it counts as
 * @param flows the chain and the fan-out of its task, if any
 */
public record AttemptAccounts(AttemptId attempt, String slotId, List<UUID> flows) {

    public AttemptAccounts {
        flows = List.copyOf(flows);
    }
}

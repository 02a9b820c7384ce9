package dev.claudepool.budget;

import java.util.List;
import java.util.UUID;

/**
 * An attempt, as the one who pays.
 *
 * @param attempt counts how often a slot took the task, from 1
 * @param flows the chain and the fan-out that it pays for, if any
 */
public record AttemptAccounts(UUID taskId, int attempt, String slotId, List<UUID> flows) {

    public AttemptAccounts {
        flows = List.copyOf(flows);
    }
}

package dev.claudepool.budget;

import java.util.UUID;

/**
 * An attempt, as the one who pays.
 *
 * @param attempt counts how often a slot took the task, from 1
 */
public record Payer(UUID taskId, int attempt, String slotId) {}

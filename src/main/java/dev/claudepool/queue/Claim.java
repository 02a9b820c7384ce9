package dev.claudepool.queue;

import dev.claudepool.budget.Money;
import dev.claudepool.task.Task;

/**
 * A task that a slot has taken.
 *
 * @param limit what is set aside for this attempt
 */
public record Claim(Task task, Money limit) {}

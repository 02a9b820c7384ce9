package dev.claudepool.task;

import dev.claudepool.budget.Money;

/**
 * A task that a slot has taken.
 *
 * @param limit what is set aside for this attempt
 */
public record Claim(Task task, Money limit) {}

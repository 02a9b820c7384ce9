package dev.claudepool.queue;

import dev.claudepool.budget.Money;

/** How tasks ended in some time, and what was spent in it. */
public record TaskTotals(int succeeded, int failed, int cancelled, Money spend) {}

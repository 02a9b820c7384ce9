package dev.claudepool.queue;

import dev.claudepool.budget.Money;

/** How many tasks ended in each way in some period, and what was spent in it. */
public record TaskTotals(int succeeded, int failed, int cancelled, Money spend) {}

package dev.claudepool.pool;

import dev.claudepool.budget.Money;

/**
 * What the pool did from the start of this service to the end of its drain.
 *
 * @param totalTasks tasks that ended, however
 * @param spentUsd what all attempts cost, in USD
 * @param errorCount those of them that failed
 * @param cancelledTasks those of them that were cancelled, by the drain or by somebody
 * @param durationMs how long the drain took, in milliseconds
 */
record DrainSummary(int totalTasks, Money spentUsd, int errorCount, int cancelledTasks, long durationMs) {}

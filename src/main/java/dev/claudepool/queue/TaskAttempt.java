package dev.claudepool.queue;

import dev.claudepool.budget.Money;
import dev.claudepool.budget.Tokens;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One try of a task on a slot.
 *
 * @param number counts how often a slot took the task, from 1, as in the ledger
 * @param cause why it was started
 * @param slotId the slot that took the task
 * @param sessionId the session that it was in
 * @param model the model that answered, or else the one that was asked for; null for the default of the CLI
 * @param finishedAt null while it runs
 * @param outcome how it ended; null while it runs
 * @param code why it failed or was deferred, as in the error of a task
 * @param spentUsd what it has cost, in USD; 0 while it runs
 * @param spendEstimated whether the CLI ended without a final account, so that the cost is the last figure seen
 * @param tokens the tokens behind the cost
 */
@Schema(name = "Attempt")
public record TaskAttempt(
        int number,
        AttemptCause cause,
        String slotId,
        UUID sessionId,
        @Nullable String model,
        Instant startedAt,
        @Nullable Instant finishedAt,
        @Nullable AttemptOutcome outcome,
        @Nullable String code,
        Money spentUsd,
        boolean spendEstimated,
        Tokens tokens) {}

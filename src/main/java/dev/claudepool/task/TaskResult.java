package dev.claudepool.task;

import dev.claudepool.budget.ModelSpend;
import dev.claudepool.budget.Money;
import dev.claudepool.budget.Spend;
import dev.claudepool.budget.Tokens;
import dev.claudepool.claude.Answer;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What a task brought: its answer, and what all its attempts cost.
 *
 * @param output the answer; null when the task did not succeed
 * @param outputTruncated true when it was longer than {@code claude-pool.task.max-output}, and its end is missing
 * @param structuredOutput the answer by {@code outputSchema}
 * @param spentUsd what all attempts cost, in USD
 * @param spendEstimated true when an attempt ended without the CLI's final account
 * @param tokens the tokens of all attempts
 * @param models what all attempts cost by model
 * @param turns the model turns of the last attempt
 * @param durationMs how long the last attempt took, in milliseconds
 * @param model the model that answered
 * @param permissionDenials the tool uses that were denied
 */
public record TaskResult(
        @Nullable String output,
        boolean outputTruncated,
        @Nullable JsonNode structuredOutput,
        Money spentUsd,
        boolean spendEstimated,
        Tokens tokens,
        Map<String, ModelSpend> models,
        int turns,
        long durationMs,
        @Nullable String model,
        @Schema(types = {"array", "null"}) @Nullable JsonNode permissionDenials) {

    public static TaskResult of(Answer answer, Spend spend) {
        return new TaskResult(
                answer.output(),
                answer.outputTruncated(),
                answer.structuredOutput(),
                spend.usd(),
                spend.estimated(),
                spend.tokens(),
                spend.models(),
                answer.turns(),
                answer.duration().toMillis(),
                answer.model(),
                answer.permissionDenials());
    }

    /** The account of a task that brought no answer. */
    public static TaskResult costOnly(Spend spend) {
        return new TaskResult(
                null, false, null, spend.usd(), spend.estimated(), spend.tokens(), spend.models(), 0, 0, null, null);
    }

    @Override
    public String toString() {
        return "TaskResult[" + spentUsd + "]";
    }
}

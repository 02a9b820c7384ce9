package dev.claudepool.fanout;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.claudepool.budget.Money;
import dev.claudepool.chain.ChainSpec;
import dev.claudepool.problem.FieldRules;
import dev.claudepool.task.Labels;
import dev.claudepool.task.TaskSpec;
import io.swagger.v3.oas.annotations.media.ArraySchema;
import io.swagger.v3.oas.annotations.media.Schema;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a client asks for: prompts, tasks or chains, one of these, and how to carry them out together.
 *
 * @param labels what to call it; all its tasks get its tags, besides their own
 * @param prompts each becomes a task with nothing but defaults
 * @param tasks each as if submitted by itself
 * @param chains each as if submitted by itself
 * @param failFast whether the first failure cancels what has not ended
 * @param maxConcurrency how many of them may be under way at once; null for any number
 * @param maxBudgetUsd the most that all of them may spend together, in USD; null for no such limit
 * @param timeout the longest all of them may take together, PT1S to P30D; null for no limit
 */
record FanOutSpec(
        @JsonUnwrapped Labels labels,

        @ArraySchema(minItems = 1, maxItems = FanOutRules.MOST_ELEMENTS) @Nullable
        List<String> prompts,

        @ArraySchema(minItems = 1, maxItems = FanOutRules.MOST_ELEMENTS) @Nullable
        List<TaskSpec> tasks,

        @ArraySchema(minItems = 1, maxItems = FanOutRules.MOST_ELEMENTS) @Nullable
        List<ChainSpec> chains,

        boolean failFast,

        @Schema(minimum = "1", maximum = "" + FanOutRules.MOST_ELEMENTS) @Nullable
        Integer maxConcurrency,

        @Schema(minimum = FieldRules.LEAST_USD_TEXT, maximum = FieldRules.MOST_USD_OF_ONE_TEXT) @Nullable
        BigDecimal maxBudgetUsd,

        @Nullable Duration timeout) {

    /** @throws dev.claudepool.problem.ProblemException when a list holds null */
    @SuppressWarnings("ConstantValue")
    FanOutSpec {
        labels = labels == null ? Labels.NONE : labels;
        prompts = FieldRules.copyOf(prompts, "prompts");
        tasks = FieldRules.copyOf(tasks, "tasks");
        chains = FieldRules.copyOf(chains, "chains");
    }

    /** Its elements, as far as they are tasks. */
    List<TaskSpec> allTasks() {
        return given().stream().map(task -> task.withTags(labels.tags())).toList();
    }

    private List<TaskSpec> given() {
        if (prompts != null) {
            return prompts.stream().map(TaskSpec::ofPrompt).toList();
        }
        return tasks == null ? List.of() : tasks;
    }

    /** Its elements, as far as they are chains. */
    List<ChainSpec> allChains() {
        return chains == null
                ? List.of()
                : chains.stream().map(chain -> chain.withTags(labels.tags())).toList();
    }

    int size() {
        return Stream.of(prompts, tasks, chains)
                .filter(Objects::nonNull)
                .mapToInt(List::size)
                .sum();
    }

    Options options() {
        return new Options(labels, failFast, maxConcurrency, timeout);
    }

    /** Returns the most it may spend in all; null for no limit. */
    @Nullable
    Money limit() {
        return maxBudgetUsd == null ? null : Money.usd(maxBudgetUsd);
    }

    /** How its elements are carried out; what the store keeps of the request. */
    record Options(
            @JsonUnwrapped Labels labels,
            boolean failFast,
            @Nullable Integer maxConcurrency,
            @Nullable Duration timeout) {

        /** Stands for those that the store holds, but that cannot be read: one element goes after the other. */
        static final Options UNREADABLE = new Options(Labels.NONE, false, 1, null);

        @SuppressWarnings("ConstantValue")
        Options {
            labels = labels == null ? Labels.NONE : labels;
        }

        @Nullable
        Instant deadlineFrom(Instant now) {
            return timeout == null ? null : now.plus(timeout);
        }

        /** The most elements that may run at once, of {@code elements}. */
        int concurrencyOf(int elements) {
            return maxConcurrency == null ? elements : Math.min(maxConcurrency, elements);
        }

        /** Returns whether another element may begin while {@code underWay} are running. */
        boolean allowsOneMoreThan(int underWay) {
            return maxConcurrency == null || underWay < maxConcurrency;
        }
    }

    @Override
    public String toString() {
        return "FanOutSpec[" + size() + " elements]";
    }
}

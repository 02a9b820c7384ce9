package dev.claudepool.chain;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.claudepool.budget.Money;
import dev.claudepool.problem.FieldRules;
import dev.claudepool.task.Labels;
import io.swagger.v3.oas.annotations.media.ArraySchema;
import io.swagger.v3.oas.annotations.media.Schema;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a client asks for: steps, each of which becomes a task. It is also what the store keeps.
 *
 * @param labels what to call it; all its tasks get its tags, besides their own
 * @param steps its steps, at least one
 * @param session whether each step has a session of its own, or all are in one
 * @param isolation in which directory its tasks work
 * @param maxBudgetUsd the most that all its tasks may spend together, in USD; null for no such limit
 * @param timeout the longest it may take, from its start or retry, PT1S to P30D; null for no limit
 */
@Schema(requiredProperties = "steps")
public record ChainSpec(
        @JsonUnwrapped Labels labels,

        @ArraySchema(minItems = 1, maxItems = ChainRules.MOST_STEPS)
        List<StepSpec> steps,

        Session session,
        Isolation isolation,

        @Schema(minimum = FieldRules.LEAST_USD_TEXT, maximum = FieldRules.MOST_USD_OF_ONE_TEXT) @Nullable
        BigDecimal maxBudgetUsd,

        @Nullable Duration timeout) {

    /**
     * Fills in what JSON left out.
     *
     * @throws dev.claudepool.problem.ProblemException when a list holds null
     */
    @SuppressWarnings("ConstantValue")
    public ChainSpec {
        labels = labels == null ? Labels.NONE : labels;
        steps = FieldRules.listOf(steps, "steps");
        session = session == null ? Session.FRESH : session;
        isolation = isolation == null ? Isolation.NONE : isolation;
    }

    /** Stands for one that the store holds, but that cannot be read. */
    static final ChainSpec UNREADABLE =
            new ChainSpec(Labels.NONE, List.of(), Session.FRESH, Isolation.NONE, null, null);

    /** Returns a copy with the tags that this one lacks. */
    public ChainSpec withTags(List<String> moreTags) {
        Labels more = labels.withTags(moreTags);
        return more.equals(labels) ? this : new ChainSpec(more, steps, session, isolation, maxBudgetUsd, timeout);
    }

    /** The sessions of the steps. */
    public enum Session {
        /** Each has its own. */
        FRESH,
        /** All steps go on in the one that the first began. */
        CHAIN;

        @JsonValue
        String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** The directories in which the tasks of a chain work. */
    public enum Isolation {
        /** Steps work in the working directory of the slots. */
        NONE;

        @JsonValue
        String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Returns the most it may spend in all; null for no limit. */
    public @Nullable Money limit() {
        return maxBudgetUsd == null ? null : Money.usd(maxBudgetUsd);
    }

    /** The ids of tasks or sessions that steps go on in. */
    List<UUID> namedSessions() {
        return steps.stream()
                .flatMap(step ->
                        Stream.ofNullable(StepTaskFactory.template(this, step).namedSession()))
                .toList();
    }

    @Override
    public String toString() {
        return "ChainSpec[" + steps.size() + " steps]";
    }
}

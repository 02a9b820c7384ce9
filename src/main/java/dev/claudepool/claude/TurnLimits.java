package dev.claudepool.claude;

import dev.claudepool.budget.Money;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a turn may take.
 *
 * @param total the longest time from the prompt to its answer
 * @param maxCost what it may cost; the reply in flight when it is passed is still paid; null for no limit
 */
public record TurnLimits(Duration total, @Nullable Money maxCost) {

    /** Why the turn must end that has cost so much. */
    Optional<Failure> passedBy(Money spent) {
        return maxCost == null || spent.compareTo(maxCost) <= 0
                ? Optional.empty()
                : Optional.of(Failure.of(
                        FailureCode.BUDGET_EXCEEDED, "The task spent " + spent + " of its limit of " + maxCost + "."));
    }
}

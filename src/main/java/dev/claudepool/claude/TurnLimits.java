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

    /** Why a turn that has cost this much must end; empty while it may go on. */
    Optional<Failure> passedBy(Money spent) {
        return maxCost == null || spent.compareTo(maxCost) <= 0
                ? Optional.empty()
                : Optional.of(Failure.of(
                        FailureCode.BUDGET_EXCEEDED, "The task spent " + spent + " of its limit of " + maxCost + "."));
    }
}

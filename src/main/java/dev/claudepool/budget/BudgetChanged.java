package dev.claudepool.budget;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.claudepool.event.EventData;
import dev.claudepool.event.EventType;
import org.jspecify.annotations.Nullable;

/**
 * The data of {@code budget.changed}.
 *
 * @param cause {@code cap}, {@code spent} or {@code reserved}
 * @param warningPercent the share of the cap that was passed by this, in percent; null for none
 * @param reason why no task can be paid; null while tasks can be
 */
record BudgetChanged(
        String cause,
        @Nullable Money capUsd,
        Money spentUsd,
        Money reservedUsd,
        @Nullable Money remainingUsd,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Integer warningPercent,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String reason)
        implements EventData {

    @Override
    public EventType type() {
        return EventType.BUDGET_CHANGED;
    }
}

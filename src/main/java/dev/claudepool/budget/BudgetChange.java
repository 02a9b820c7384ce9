package dev.claudepool.budget;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.claudepool.problem.FieldRules;
import io.swagger.v3.oas.annotations.media.Schema;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * What is to be changed of the budget.
 *
 * @param capUsd the most that may be spent in the period, in USD, with at most 9 decimals; null for no cap
 */
@Schema(requiredProperties = "capUsd")
record BudgetChange(
        @JsonProperty(required = true) @Schema(minimum = "0", maximum = FieldRules.MOST_USD_TEXT) @Nullable
        BigDecimal capUsd) {

    /** @throws dev.claudepool.problem.ProblemException {@code validation-failed} */
    @Nullable
    Money cap() {
        FieldRules rules = new FieldRules("");
        rules.money(capUsd, "capUsd");
        rules.verify();
        return capUsd == null ? null : Money.usd(capUsd);
    }
}

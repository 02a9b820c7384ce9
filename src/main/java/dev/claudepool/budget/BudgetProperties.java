package dev.claudepool.budget;

import dev.claudepool.problem.FieldRules;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How much may be spent.
 *
 * @param capUsd the most that all tasks together may spend in a period, in USD; null for no cap. What is set by
 *     {@code PUT /api/v1/budget} holds until this is changed
 * @param taskUsd what an attempt may spend when its task does not say so itself, in USD
 * @param period after which time the cap counts from nothing again
 * @param zone the time zone in which days and months begin; the system's, unless set
 */
@ConfigurationProperties("claude-pool.budget")
record BudgetProperties(
        @Nullable BigDecimal capUsd,
        @DefaultValue("1.00") BigDecimal taskUsd,
        @DefaultValue("forever") Period period,
        @Nullable String zone) {

    BudgetProperties {
        FieldRules rules = new FieldRules("");
        rules.money(capUsd, "cap-usd");
        rules.positiveMoney(taskUsd, "task-usd");
        rules.errors().stream().findFirst().ifPresent(error -> {
            throw new IllegalArgumentException("claude-pool.budget." + error.field() + " " + error.message());
        });
        zoneId(zone);
    }

    @Nullable
    Money cap() {
        return capUsd == null ? null : Money.usd(capUsd);
    }

    Money task() {
        return Money.usd(taskUsd);
    }

    ZoneId zoneId() {
        return zoneId(zone);
    }

    private static ZoneId zoneId(@Nullable String zone) {
        try {
            return zone == null ? ZoneId.systemDefault() : ZoneId.of(zone);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(
                    "claude-pool.budget.zone must be a time zone, such as Europe/Berlin or UTC", e);
        }
    }
}

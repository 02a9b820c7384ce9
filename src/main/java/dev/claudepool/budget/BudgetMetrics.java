package dev.claudepool.budget;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** The metrics of the money, as it is in the books. */
@Component
class BudgetMetrics {

    BudgetMetrics(MeterRegistry registry, Budget budget) {
        gauge(
                registry,
                budget,
                "cap",
                "The most that may be spent in the period; NaN without a cap",
                BudgetView::capUsd);
        gauge(registry, budget, "spent", "What was spent in the period", BudgetView::spentUsd);
        gauge(registry, budget, "reserved", "What is set aside for the attempts that run", BudgetView::reservedUsd);
        gauge(
                registry,
                budget,
                "remaining",
                "What may still be set aside; NaN without a cap",
                BudgetView::remainingUsd);
        FunctionCounter.builder("claude.pool.spend", budget, b -> dollars(b.total()))
                .baseUnit("usd")
                .description("What was ever spent, over restarts")
                .register(registry);
    }

    private static void gauge(
            MeterRegistry registry,
            Budget budget,
            String name,
            String description,
            Function<BudgetView, @Nullable Money> figure) {
        Gauge.builder("claude.pool.budget." + name, budget, b -> dollars(figure.apply(b.view())))
                .baseUnit("usd")
                .description(description)
                .register(registry);
    }

    private static double dollars(@Nullable Money money) {
        return money == null ? Double.NaN : money.toUsd().doubleValue();
    }
}

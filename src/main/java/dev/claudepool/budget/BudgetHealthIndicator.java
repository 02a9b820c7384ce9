package dev.claudepool.budget;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/** Shows whether money is left. The service is up either way: refusing tasks is what the cap is for. */
@Component
class BudgetHealthIndicator implements HealthIndicator {

    private final Budget budget;

    BudgetHealthIndicator(Budget budget) {
        this.budget = budget;
    }

    @Override
    public Health health() {
        BudgetView view = budget.view();
        Health.Builder health = Health.up().withDetail("stopped", view.stopped());
        if (view.reason() != null) {
            health.withDetail("reason", view.reason());
        }
        return health.build();
    }
}

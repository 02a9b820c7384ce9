package dev.claudepool.budget;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/** Shows whether there is money left. Without, the service is as healthy as before: it does what it was told. */
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

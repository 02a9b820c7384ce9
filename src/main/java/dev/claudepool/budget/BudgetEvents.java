package dev.claudepool.budget;

import dev.claudepool.event.EventLog;
import org.springframework.stereotype.Component;

/** Publishes the {@code budget.changed} events; call inside the transaction that changes the account. */
@Component
class BudgetEvents {

    private final EventLog log;

    BudgetEvents(EventLog log) {
        this.log = log;
    }

    /**
     * @param cause {@code cap} or {@code spent}
     * @param warning the share of the cap that was passed by this, in percent; 0 for none
     */
    void changed(BudgetView budget, String cause, int warning) {
        log.append(
                EventLog.Subject.POOL,
                new BudgetChanged(
                        cause,
                        budget.capUsd(),
                        budget.spentUsd(),
                        budget.reservedUsd(),
                        budget.remainingUsd(),
                        warning > 0 ? warning : null,
                        budget.reason()));
    }
}

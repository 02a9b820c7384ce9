package dev.claudepool.budget;

import dev.claudepool.event.EventLog;
import dev.claudepool.store.Scheduler;
import dev.claudepool.store.StoreUnavailableException;
import dev.claudepool.store.Transactions;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Publishes the {@code budget.changed} events; call inside the transaction that changes the account. Thread-safe. */
@Component
class BudgetEvents {

    private static final Logger logger = LoggerFactory.getLogger(BudgetEvents.class);

    /** The pause between two events that only tell of reservations. */
    private static final Duration RESERVATION_PAUSE = Duration.ofSeconds(1);

    private final EventLog log;
    private final CurrentAccount account;
    private final Transactions transactions;
    private final Scheduler scheduler;
    private final AtomicBoolean reservationScheduled = new AtomicBoolean();
    /** What was reserved by the last event. */
    private final AtomicReference<Money> published = new AtomicReference<>(Money.ZERO);

    BudgetEvents(EventLog log, CurrentAccount account, Transactions transactions, Scheduler scheduler) {
        this.log = log;
        this.account = account;
        this.transactions = transactions;
        this.scheduler = scheduler;
    }

    /**
     * @param cause {@code cap}, {@code spent} or {@code reserved}
     * @param warning the share of the cap that was passed by this, in percent; 0 for none
     */
    void changed(BudgetView budget, String cause, int warning) {
        transactions.afterCommit(() -> published.set(budget.reservedUsd()));
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

    /** Money was reserved: publishes that within a second, unless another event has by then. */
    void reserved() {
        transactions.afterCommit(() -> {
            if (!reservationScheduled.getAndSet(true)) {
                scheduler.schedule(RESERVATION_PAUSE, this::publishReservations);
            }
        });
    }

    private void publishReservations() {
        reservationScheduled.set(false);
        try {
            transactions.writing(() -> {
                Account now = account.get();
                if (!now.reserved().equals(published.get())) {
                    changed(account.view(now), "reserved", 0);
                }
            });
        } catch (StoreUnavailableException e) {
            logger.warn("An event of the budget cannot be stored: {}", e.getMessage());
        }
    }
}

package dev.claudepool.fanout;

import dev.claudepool.budget.Budget;
import dev.claudepool.event.EventLog;
import dev.claudepool.store.Transactions;
import org.springframework.stereotype.Component;

/**
 * Publishes the {@code fanout.state} events, and counts the fan-outs that end; call inside the transaction that changes
 * the fan-out.
 */
@Component
class FanOutEvents {

    private final EventLog log;
    private final Budget budget;
    private final FanOutMetrics metrics;
    private final Transactions transactions;

    FanOutEvents(EventLog log, Budget budget, FanOutMetrics metrics, Transactions transactions) {
        this.log = log;
        this.budget = budget;
        this.metrics = metrics;
        this.transactions = transactions;
    }

    /** A fan-out has ended: nothing of it goes on. */
    void ended(FanOut fanOut) {
        transactions.afterCommit(() -> metrics.ended(fanOut));
    }

    /** A fan-out was accepted, an element has ended or goes on again, or the fan-out is being stopped. */
    void changed(FanOut fanOut) {
        log.append(
                fanOut.subject(),
                new FanOutStateChanged(fanOut.state(), fanOut.stop(), fanOut.counts(), budget.spentBy(fanOut.id())));
    }
}

package dev.claudepool.fanout;

import dev.claudepool.budget.FlowAccountStore;
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
    private final FlowAccountStore accounts;
    private final FanOutMetrics metrics;
    private final Transactions transactions;

    FanOutEvents(EventLog log, FlowAccountStore accounts, FanOutMetrics metrics, Transactions transactions) {
        this.log = log;
        this.accounts = accounts;
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
                new FanOutStateChanged(
                        fanOut.state(), fanOut.phase().stop(), fanOut.counts(), accounts.spent(fanOut.id())));
    }
}

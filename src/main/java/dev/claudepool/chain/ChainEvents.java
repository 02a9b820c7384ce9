package dev.claudepool.chain;

import dev.claudepool.budget.FlowAccountStore;
import dev.claudepool.event.EventLog;
import dev.claudepool.event.EventLog.Subject;
import dev.claudepool.store.Transactions;
import org.springframework.stereotype.Component;

/**
 * Publishes the {@code chain.state} and {@code chain.step} events, from which a client can draw the whole chain, and
 * counts the chains that end; call inside the transaction that changes the chain.
 */
@Component
class ChainEvents {

    private final EventLog log;
    private final FlowAccountStore accounts;
    private final ChainMetrics metrics;
    private final Transactions transactions;

    ChainEvents(EventLog log, FlowAccountStore accounts, ChainMetrics metrics, Transactions transactions) {
        this.log = log;
        this.accounts = accounts;
        this.metrics = metrics;
        this.transactions = transactions;
    }

    /** A chain was accepted. */
    void accepted(Chain chain) {
        log.append(chain.subject(), ChainBegun.of(chain));
    }

    /** A chain that had failed is retried. */
    void retried(Chain failed, Chain reset) {
        log.append(reset.subject(), ChainBegun.of(reset));
        transactions.afterCommit(() -> metrics.retried(failed));
    }

    /** A chain has ended. */
    void ended(Chain chain) {
        changed(chain);
        transactions.afterCommit(() -> metrics.ended(chain));
    }

    /** A chain is being stopped. */
    void changed(Chain chain) {
        log.append(
                chain.subject(),
                new ChainStateChanged(chain.state(), chain.phase().stop(), accounts.spent(chain.id())));
    }

    /** The state, or the task, of a step has changed. */
    void stepChanged(Chain chain, Step step) {
        Subject subject = new Subject(
                step.state().taskId(),
                chain.id(),
                chain.fanOutId(),
                null,
                chain.spec().labels().tags());
        log.append(subject, ChainStepChanged.of(chain, step));
    }
}

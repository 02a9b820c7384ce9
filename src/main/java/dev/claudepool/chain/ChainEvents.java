package dev.claudepool.chain;

import dev.claudepool.budget.Budget;
import dev.claudepool.event.EventLog;
import dev.claudepool.event.EventLog.Subject;
import org.springframework.stereotype.Component;

/**
 * Publishes the {@code chain.state} and {@code chain.step} events, from which a client can draw the whole chain; call
 * inside the transaction that changes it.
 */
@Component
class ChainEvents {

    private final EventLog log;
    private final Budget budget;

    ChainEvents(EventLog log, Budget budget) {
        this.log = log;
        this.budget = budget;
    }

    /** A chain was accepted, or is retried. */
    void begun(Chain chain) {
        log.append(chain.subject(), ChainBegun.of(chain));
    }

    /** A chain is being stopped, or has ended. */
    void changed(Chain chain) {
        log.append(chain.subject(), new ChainStateChanged(chain.state(), chain.stop(), budget.spentBy(chain.id())));
    }

    /** The state, or the task, of a step has changed. */
    void stepChanged(Chain chain, Step step) {
        Subject subject = new Subject(step.state().taskId(), chain.id(), chain.fanOutId(), null);
        log.append(subject, ChainStepChanged.of(chain, step));
    }
}

package dev.claudepool.fanout;

import dev.claudepool.budget.Budget;
import dev.claudepool.event.EventLog;
import org.springframework.stereotype.Component;

/** Publishes the {@code fanout.state} events; call inside the transaction that changes the fan-out. */
@Component
class FanOutEvents {

    private final EventLog log;
    private final Budget budget;

    FanOutEvents(EventLog log, Budget budget) {
        this.log = log;
        this.budget = budget;
    }

    /** A fan-out was accepted, an element has ended or goes on again, or the fan-out is being stopped. */
    void changed(FanOut fanOut) {
        log.append(
                fanOut.subject(),
                new FanOutStateChanged(fanOut.state(), fanOut.stop(), fanOut.counts(), budget.spentBy(fanOut.id())));
    }
}

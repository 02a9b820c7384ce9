package dev.claudepool.pool;

import dev.claudepool.claude.FailureCode;
import dev.claudepool.dispatch.ProviderGate;
import dev.claudepool.event.EventLog;
import dev.claudepool.event.EventLog.Subject;
import dev.claudepool.security.Caller;
import dev.claudepool.slot.SlotEvents;
import dev.claudepool.store.StoreUnavailableException;
import dev.claudepool.store.Transactions;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Publishes the states of the pool, after the changes of slots that led to them. They are true whether or not they can
 * be stored, so a store that cannot be used is only logged. Thread-safe.
 */
@Component
class PoolEvents {

    private static final Logger log = LoggerFactory.getLogger(PoolEvents.class);

    private final SlotEvents slotEvents;
    private final EventLog eventLog;
    private final Transactions transactions;

    PoolEvents(ProviderGate provider, SlotEvents slotEvents, EventLog eventLog, Transactions transactions) {
        this.slotEvents = slotEvents;
        this.eventLog = eventLog;
        this.transactions = transactions;
        provider.listen(new ProviderListener());
    }

    /** The service has started or stops. */
    void poolChanged(PoolState state) {
        append(new PoolStateChanged(state, PoolActor.SERVICE, null, null, null));
    }

    /** An operator has changed the state. */
    void poolChanged(PoolState state, Caller by) {
        append(new PoolStateChanged(state, PoolActor.OPERATOR, by.name(), null, null));
    }

    private void append(PoolStateChanged data) {
        try {
            transactions.writing(() -> {
                slotEvents.publishChanges();
                eventLog.append(Subject.POOL, data);
            });
        } catch (StoreUnavailableException e) {
            log.warn("Events of the pool cannot be stored: {}", e.getMessage());
        }
    }

    private final class ProviderListener implements ProviderGate.Listener {

        @Override
        public void refused(FailureCode reason) {
            append(new PoolStateChanged(PoolState.PAUSED, PoolActor.PROVIDER, null, reason.code(), null));
        }

        @Override
        public void limited(Instant until, FailureCode reason) {
            append(new PoolStateChanged(PoolState.PAUSED, PoolActor.PROVIDER, null, reason.code(), until));
        }

        @Override
        public void limitEnded() {
            append(new PoolStateChanged(PoolState.RUNNING, PoolActor.PROVIDER, null, null, null));
        }
    }
}

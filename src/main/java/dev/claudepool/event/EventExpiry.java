package dev.claudepool.event;

import dev.claudepool.store.Expiring;
import dev.claudepool.store.RetentionProperties;
import dev.claudepool.store.Transactions;
import java.time.Instant;
import org.springframework.stereotype.Component;

/** Deletes old events; those about the states of a task, chain or fan-out stay as long as their subject. */
@Component
class EventExpiry implements Expiring {

    private static final int AT_ONCE = 500;

    private final EventStore store;
    private final Transactions transactions;
    private final RetentionProperties retention;

    EventExpiry(EventStore store, Transactions transactions, RetentionProperties retention) {
        this.store = store;
        this.transactions = transactions;
        this.retention = retention;
    }

    @Override
    public int expire(Instant now) {
        return transactions.write(() -> store.expire(retention.eventsBefore(now), AT_ONCE));
    }
}

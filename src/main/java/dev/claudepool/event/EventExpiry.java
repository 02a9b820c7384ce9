package dev.claudepool.event;

import dev.claudepool.store.Expiring;
import dev.claudepool.store.RetentionProperties;
import dev.claudepool.store.Transactions;
import java.time.Instant;
import org.springframework.stereotype.Component;

/** Lets events go by their age; those that tell the states of a task, chain or fan-out stay as long as that. */
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

package dev.claudepool.queue;

import dev.claudepool.store.MonotonicClock;
import java.time.Duration;
import org.springframework.stereotype.Component;

/** Brings what an earlier instance has queued into the order of this one. Thread-safe. */
@Component
class QueueOrder {

    /** The longest that a task waits after a start; the provider says again when it is at a limit. */
    private static final Duration LONGEST_WAIT = Duration.ofHours(1);

    private final QueueStore store;
    private final QueueProperties properties;
    private final MonotonicClock clock;

    QueueOrder(QueueStore store, QueueProperties properties, MonotonicClock clock) {
        this.store = store;
        this.properties = properties;
        this.clock = clock;
    }

    /** Ranks the queue by the present settings, and shortens waits that another clock made too long. */
    void renew() {
        store.rank(properties.step());
        store.shortenWaits(clock.after(LONGEST_WAIT));
    }
}

package dev.claudepool.queue;

import dev.claudepool.store.MonotonicClock;
import dev.claudepool.store.Transactions;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.springframework.stereotype.Component;

/** Whether the queue offers tasks. The pause of an operator outlives the service, others end with it. Thread-safe. */
@Component
public class QueuePause {

    private final PauseStore store;
    private final Transactions transactions;
    private final MonotonicClock clock;
    private final AtomicReference<Instant> until;

    QueuePause(PauseStore store, Transactions transactions, MonotonicClock clock) {
        this.store = store;
        this.transactions = transactions;
        this.clock = clock;
        this.until = new AtomicReference<>(store.isPaused() ? Instant.MAX : Instant.MIN);
    }

    /** Offers no tasks until {@link #resume()}, also after a restart. */
    public void pause() {
        transactions.writing(() -> {
            store.save(true);
            transactions.afterCommit(() -> pauseUntil(Instant.MAX));
        });
    }

    /** Offers no tasks until {@code end} by the monotonic clock, or for longer where that was said before. */
    public void pauseUntil(Instant end) {
        until.accumulateAndGet(end, (one, other) -> one.isAfter(other) ? one : other);
    }

    /** Offers tasks again. */
    public void resume() {
        transactions.writing(() -> {
            store.save(false);
            transactions.afterCommit(() -> until.set(Instant.MIN));
        });
    }

    public boolean isPaused() {
        return until.get().isAfter(clock.instant());
    }

    /** The end of the last pause; {@link Instant#MAX} while only {@link #resume()} ends it. */
    Instant until() {
        return until.get();
    }
}

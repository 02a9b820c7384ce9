package dev.claudepool.queue;

import dev.claudepool.store.MonotonicClock;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.springframework.stereotype.Component;

/** Whether the queue offers tasks. Thread-safe. */
@Component
public class QueuePause {

    private final MonotonicClock clock;
    private final AtomicReference<Instant> until = new AtomicReference<>(Instant.MIN);

    QueuePause(MonotonicClock clock) {
        this.clock = clock;
    }

    /** Offers no tasks until {@link #resume()}. */
    public void pause() {
        pauseUntil(Instant.MAX);
    }

    /** Offers no tasks until {@code end} by the monotonic clock, or for longer where that was said before. */
    public void pauseUntil(Instant end) {
        until.accumulateAndGet(end, (one, other) -> one.isAfter(other) ? one : other);
    }

    /** Offers tasks again. */
    public void resume() {
        until.set(Instant.MIN);
    }

    public boolean isPaused() {
        return until.get().isAfter(clock.instant());
    }

    /** The end of the last pause; {@link Instant#MAX} while only {@link #resume()} ends it. */
    Instant until() {
        return until.get();
    }
}

package dev.claudepool.queue;

import dev.claudepool.claude.FailureCode;
import dev.claudepool.store.MonotonicClock;
import dev.claudepool.store.Transactions;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Whether the queue offers tasks. The pause of an operator outlives the service, others end with it. Thread-safe. */
@Component
public class QueuePause {

    private final PauseStore store;
    private final Transactions transactions;
    private final MonotonicClock monotonicClock;
    private final InstantSource clock;
    private final AtomicReference<Pause> pause;

    QueuePause(PauseStore store, Transactions transactions, MonotonicClock monotonicClock, InstantSource clock) {
        this.store = store;
        this.transactions = transactions;
        this.monotonicClock = monotonicClock;
        this.clock = clock;
        this.pause = new AtomicReference<>(store.pausedSince()
                .map(since -> new Pause(Instant.MAX, null, since))
                .orElse(Pause.NONE));
    }

    /** Offers no tasks until {@link #resume()}, also after a restart. */
    public void pause() {
        Instant now = clock.instant();
        transactions.writing(() -> {
            store.save(now);
            transactions.afterCommit(() ->
                    pause.getAndUpdate(before -> before.isOfOperator() ? before : new Pause(Instant.MAX, null, now)));
        });
    }

    /**
     * Offers no tasks until {@code end} by the monotonic clock, or for longer where that was said before.
     *
     * @param reason what the provider said
     */
    public void pauseUntil(Instant end, FailureCode reason) {
        pause.getAndUpdate(before -> end.isAfter(before.until())
                ? new Pause(end, reason, isOver(before) ? clock.instant() : before.since())
                : before);
    }

    /** Offers tasks again. */
    public void resume() {
        transactions.writing(() -> {
            store.save(null);
            transactions.afterCommit(() -> pause.set(Pause.NONE));
        });
    }

    public boolean isPaused() {
        return !isOver(pause.get());
    }

    /** Returns the present pause, if there is one. */
    public Optional<Pause> present() {
        return Optional.of(pause.get()).filter(last -> !isOver(last));
    }

    /** The end of the last pause; {@link Instant#MAX} while only {@link #resume()} ends it. */
    Instant until() {
        return pause.get().until();
    }

    private boolean isOver(Pause last) {
        return !last.until().isAfter(monotonicClock.instant());
    }

    /**
     * A time without tasks.
     *
     * @param until its end, by the monotonic clock; {@link Instant#MAX} when only {@link #resume()} ends it
     * @param reason what the provider said; null when an operator paused the queue
     * @param since when it began
     */
    public record Pause(Instant until, @Nullable FailureCode reason, Instant since) {

        private static final Pause NONE = new Pause(Instant.MIN, null, Instant.MIN);

        private boolean isOfOperator() {
            return until.equals(Instant.MAX) && reason == null;
        }

        /** Returns when it ends by itself; null when it does not. */
        public @Nullable Instant end() {
            return until.equals(Instant.MAX) ? null : until;
        }
    }
}

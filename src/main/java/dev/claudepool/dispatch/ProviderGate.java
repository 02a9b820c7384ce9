package dev.claudepool.dispatch;

import dev.claudepool.claude.Failure;
import dev.claudepool.claude.FailureCode;
import dev.claudepool.claude.TurnEvent;
import dev.claudepool.queue.QueuePause;
import dev.claudepool.store.MonotonicClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * What the provider of the model lets us do. When it refuses the key or the account, every further task would fail the
 * same way: the queue is paused, and what is in it is kept until somebody mends it and resumes the pool. When it is at
 * its limit, the queue is paused for a while. All slots use one account, so either concerns the whole pool.
 * Thread-safe.
 */
@Component
public class ProviderGate {

    private static final Logger log = LoggerFactory.getLogger(ProviderGate.class);

    /** A pause that grows by less is not published: every slot that asks again moves it a little. */
    private static final Duration LEAST_GROWTH = Duration.ofSeconds(1);

    /** The pause when the provider is busy and does not say for how long. */
    private static final Duration USUAL_PAUSE = Duration.ofSeconds(30);

    /** The longest pause; no longer limit of a provider is known. */
    private static final Duration LONGEST_PAUSE = Duration.ofDays(31);

    private final QueuePause pause;
    private final MonotonicClock clock;
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();
    private final AtomicReference<Optional<FailureCode>> refusal = new AtomicReference<>(Optional.empty());
    /** The end of the provider's limit; the far past while there is none. */
    private final AtomicReference<Instant> limited = new AtomicReference<>(Instant.MIN);

    ProviderGate(QueuePause pause, MonotonicClock clock) {
        this.pause = pause;
        this.clock = clock;
    }

    /** Calls {@code listener} for every change of what the provider lets the pool do. */
    public void listen(Listener listener) {
        listeners.add(listener);
    }

    /** Pauses the queue when this failure says that no task can succeed. */
    void pauseUpon(Failure failure) {
        switch (failure.code()) {
            case AUTHENTICATION_FAILED, BILLING_ERROR -> {
                if (refusal.getAndSet(Optional.of(failure.code())).isEmpty()) {
                    log.error(
                            "The provider refuses the credentials or the account; queued tasks wait until that is mended and"
                                    + " POST /api/v1/pool/resume is called, or until a restart code={}",
                            failure.code().code());
                    pause.pauseUntil(Instant.MAX, failure.code());
                    listeners.forEach(listener -> listener.refused(failure.code()));
                }
            }
            default -> {}
        }
    }

    /** Pauses the queue for as long as the CLI waits, when it does so for a limit. */
    void onEvent(TurnEvent event) {
        if (event instanceof TurnEvent.Retry retry) {
            switch (retry.error()) {
                case "rate_limit" -> pauseUntil(clock.instant().plus(retry.delay()), FailureCode.RATE_LIMITED);
                case "overloaded" -> pauseUntil(clock.instant().plus(retry.delay()), FailureCode.OVERLOADED);
                default -> {}
            }
        }
    }

    /** Returns when the limit ends that made an attempt fail, by the monotonic clock: within 31 days. */
    Instant limitEnds(Failure failure) {
        Instant known = failure.retryAt();
        Instant longest = clock.after(LONGEST_PAUSE);
        Instant end = known == null ? clock.after(USUAL_PAUSE) : clock.ofWall(known);
        return end.isAfter(longest) ? longest : end;
    }

    /**
     * Pauses the queue until {@code until} by the monotonic clock; notifies the listeners when that is much later than
     * before.
     */
    void pauseUntil(Instant until, FailureCode reason) {
        pause.pauseUntil(until, reason);
        Instant published = limited.getAndUpdate(before -> isWorthPublishing(before, until) ? until : before);
        if (isWorthPublishing(published, until)) {
            log.warn("The provider is at its limit: no tasks are started until={} code={}", until, reason.code());
            listeners.forEach(listener -> listener.limited(until, reason));
        }
    }

    private static boolean isWorthPublishing(Instant published, Instant until) {
        return published.equals(Instant.MIN) || until.isAfter(published.plus(LEAST_GROWTH));
    }

    /** Notifies the listeners when a pause for a limit has ended by itself. */
    void noteEndOfPause() {
        if (!pause.isPaused() && !limited.getAndSet(Instant.MIN).equals(Instant.MIN)) {
            listeners.forEach(Listener::limitEnded);
        }
    }

    /** Somebody says that all is well. */
    public void reset() {
        refusal.set(Optional.empty());
        limited.set(Instant.MIN);
    }

    /** Why the provider refuses us; empty while it does not. */
    Optional<FailureCode> refusal() {
        return refusal.get();
    }

    /** Is called on the thread that caused the change; must be quick. */
    public interface Listener {
        /** The provider refuses the credentials or the account; the queue is paused until somebody resumes it. */
        void refused(FailureCode reason);

        /** The provider is at its limit; the queue is paused until {@code until} by the monotonic clock. */
        void limited(Instant until, FailureCode reason);

        /** The pause for a limit is over. */
        void limitEnded();
    }
}

package dev.claudepool.pool;

import dev.claudepool.claude.Failure;
import dev.claudepool.claude.FailureCode;
import dev.claudepool.claude.TurnEvent;
import dev.claudepool.store.MonotonicClock;
import dev.claudepool.task.TaskQueue;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
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
class ProviderGate {

    private static final Logger log = LoggerFactory.getLogger(ProviderGate.class);

    /** By so much a pause must grow; every slot that asks again would move it a little. */
    private static final Duration LEAST_GROWTH = Duration.ofSeconds(1);

    private final TaskQueue queue;
    private final PoolEvents events;
    private final MonotonicClock clock;
    private final AtomicReference<Optional<FailureCode>> refusal = new AtomicReference<>(Optional.empty());
    /** Until when it was said to be at its limit; the far past while it is not. */
    private final AtomicReference<Instant> limited = new AtomicReference<>(Instant.MIN);

    ProviderGate(TaskQueue queue, PoolEvents events, MonotonicClock clock) {
        this.queue = queue;
        this.events = events;
        this.clock = clock;
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
                    queue.pause();
                    events.poolChanged(PoolState.PAUSED, failure.code().code());
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

    /** Pauses the queue until then by the monotonic clock, and tells so where that is news. */
    void pauseUntil(Instant until, FailureCode reason) {
        queue.pauseUntil(until);
        Instant told = limited.getAndUpdate(before -> isWorthPublishing(before, until) ? until : before);
        if (isWorthPublishing(told, until)) {
            log.warn("The provider is at its limit: no tasks are given out until={} code={}", until, reason.code());
            events.poolLimited(until, reason.code());
        }
    }

    private static boolean isWorthPublishing(Instant told, Instant until) {
        return told.equals(Instant.MIN) || until.isAfter(told.plus(LEAST_GROWTH));
    }

    /** Tells that a pause is over, where it ended by itself. */
    void noteEndOfPause() {
        if (!queue.isPaused() && !limited.getAndSet(Instant.MIN).equals(Instant.MIN)) {
            events.poolChanged(PoolState.RUNNING, null);
        }
    }

    /** Somebody says that all is well. */
    void reset() {
        refusal.set(Optional.empty());
        limited.set(Instant.MIN);
    }

    /** Why the provider refuses us; empty while it does not. */
    Optional<FailureCode> refusal() {
        return refusal.get();
    }
}

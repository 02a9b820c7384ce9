package dev.claudepool.slot;

import dev.claudepool.claude.Failure;
import dev.claudepool.claude.FailureCode;
import dev.claudepool.queue.BackOff;
import dev.claudepool.store.MonotonicClock;
import dev.claudepool.store.Scheduler;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Counts the processes of a slot that did not start or died, and says how long the slot pauses after them. Thread-safe.
 */
class SlotHealth {

    private static final BackOff AFTER_FAILED_STARTS = new BackOff(Duration.ofMillis(500), Duration.ofSeconds(30));
    private static final BackOff AFTER_CRASH_LOOP = new BackOff(Duration.ofSeconds(5), Duration.ofMinutes(1));
    /**
     * The number of crashes without a success between them that make a loop; then the slot takes no tasks for a while.
     */
    private static final int CRASH_LOOP = 5;

    private final MonotonicClock clock;
    private final Scheduler scheduler;
    private final BackOff afterFailedStarts;
    private final BackOff afterCrashLoop;
    private int failedStarts;
    private int crashes;
    private int restarts;
    private Instant startPauseEnd = Instant.EPOCH;
    private Instant crashPauseEnd = Instant.EPOCH;
    private boolean awaitsPauseEnd;
    private @Nullable Failure lastFailure;

    SlotHealth(MonotonicClock clock, Scheduler scheduler) {
        this(clock, scheduler, AFTER_FAILED_STARTS, AFTER_CRASH_LOOP);
    }

    SlotHealth(MonotonicClock clock, Scheduler scheduler, BackOff afterFailedStarts, BackOff afterCrashLoop) {
        this.clock = clock;
        this.scheduler = scheduler;
        this.afterFailedStarts = afterFailedStarts;
        this.afterCrashLoop = afterCrashLoop;
    }

    /** A process came up. */
    synchronized void started() {
        failedStarts = 0;
        lastFailure = null;
    }

    synchronized void startFailed(Failure failure) {
        failedStarts++;
        restarts++;
        startPauseEnd = clock.after(afterFailedStarts.after(failedStarts));
        lastFailure = failure;
    }

    /** A process completed a task. */
    synchronized void completed() {
        crashes = 0;
    }

    /** A process died of itself. */
    synchronized void crashed() {
        crashes++;
        restarts++;
        if (crashes >= CRASH_LOOP) {
            crashPauseEnd = clock.after(afterCrashLoop.after(crashes - CRASH_LOOP + 1));
        }
    }

    /** Why no process is to be used now, even if there is one. */
    synchronized Optional<Failure> crashLoop() {
        return crashes < CRASH_LOOP
                ? Optional.empty()
                : Optional.of(Failure.of(
                        FailureCode.CRASH_LOOP, "claude died " + crashes + " times without doing a task in between."));
    }

    /** Why there is no process, when the last start failed. */
    synchronized Optional<Failure> failedStart() {
        return Optional.ofNullable(lastFailure);
    }

    /** Returns how much is left of the pause before the next process may be started or used. */
    synchronized Duration pause() {
        Duration left;
        if (failedStarts > 0) {
            left = Duration.between(clock.instant(), startPauseEnd);
        } else if (crashes >= CRASH_LOOP) {
            left = Duration.between(clock.instant(), crashPauseEnd);
        } else {
            return Duration.ZERO;
        }
        return left.isNegative() ? Duration.ZERO : left;
    }

    /** Runs {@code next} at the end of the pause; returns false, and runs nothing, if there is no pause. */
    synchronized boolean pausesBefore(Runnable next) {
        Duration pause = pause();
        if (pause.isZero()) {
            return false;
        }
        if (!awaitsPauseEnd) {
            awaitsPauseEnd = true;
            scheduler.schedule(pause, () -> {
                pauseEnded();
                next.run();
            });
        }
        return true;
    }

    private synchronized void pauseEnded() {
        awaitsPauseEnd = false;
    }

    /** Returns how many processes did not start. */
    synchronized int failedStarts() {
        return failedStarts;
    }

    /** Returns how many processes had to be replaced because they did not start or died. */
    synchronized int restarts() {
        return restarts;
    }
}

package dev.claudepool.store;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;

/** A wall clock in milliseconds that stands still until a test moves it, with the time that has passed meanwhile. */
public final class SettableClock implements InstantSource {

    private volatile Instant now;
    private volatile Duration passed = Duration.ZERO;

    public SettableClock(Instant now) {
        set(now);
    }

    @Override
    public Instant instant() {
        return now;
    }

    /** Sets the clock, to an earlier time, too, while no time passes. */
    public void set(Instant instant) {
        now = instant.truncatedTo(ChronoUnit.MILLIS);
    }

    public synchronized void advance(Duration duration) {
        set(now.plus(duration));
        passed = passed.plus(duration);
    }

    /** A clock that goes on as this one does. */
    public MonotonicClock monotonic() {
        return new MonotonicClock(this, this::nanos);
    }

    /** The time that has passed. */
    long nanos() {
        return passed.toNanos();
    }
}

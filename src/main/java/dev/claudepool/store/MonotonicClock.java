package dev.claudepool.store;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * The clock of everything that waits: it never goes back and never stands still. It shows the time of the wall clock
 * until that is set back, and from then on the time that has really passed; it follows a wall clock that is set
 * forward. What people read is stamped with the wall clock. Thread-safe.
 */
@Component
public final class MonotonicClock implements InstantSource {

    private final InstantSource wall;
    private final LongSupplier nanos;
    private Instant now;
    private long nanosThen;
    private Duration lead = Duration.ZERO;

    @Autowired
    MonotonicClock(InstantSource clock) {
        this(clock, System::nanoTime);
    }

    /** @param nanos the time that has really passed, from any origin */
    MonotonicClock(InstantSource wall, LongSupplier nanos) {
        this.wall = wall;
        this.nanos = nanos;
        this.now = wall.instant();
        this.nanosThen = nanos.getAsLong();
    }

    @Override
    public synchronized Instant instant() {
        long nanosNow = nanos.getAsLong();
        Instant passed = now.plusNanos(nanosNow - nanosThen);
        Instant shown = wall.instant();
        now = shown.isAfter(passed) ? shown : passed;
        lead = Duration.between(shown, now);
        nanosThen = nanosNow;
        return now;
    }

    /** The instant that is {@code delay} later than now, in whole milliseconds. */
    public Instant after(Duration delay) {
        return Instant.ofEpochMilli(millis()).plus(delay);
    }

    /** Returns what this clock shows when the wall clock, unless it is set until then, shows {@code instant}. */
    public synchronized Instant ofWall(Instant instant) {
        var _ = instant();
        return instant.plusMillis(lead.toMillis());
    }
}

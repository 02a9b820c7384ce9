package dev.claudepool.flow;

import dev.claudepool.store.MonotonicClock;
import dev.claudepool.store.Scheduler;
import dev.claudepool.store.StoreUnavailableException;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** The deadlines of chains and fan-outs, by the monotonic clock; they are not stored. Thread-safe. */
@Component
public class FlowDeadlines {

    private static final Logger log = LoggerFactory.getLogger(FlowDeadlines.class);
    private static final Duration AGAIN = Duration.ofSeconds(1);

    private final Scheduler scheduler;
    private final MonotonicClock clock;

    FlowDeadlines(Scheduler scheduler, MonotonicClock clock) {
        this.scheduler = scheduler;
        this.clock = clock;
    }

    /** The time by the monotonic clock, in milliseconds. */
    public Instant now() {
        return clock.after(Duration.ZERO);
    }

    /** Returns whether there is a deadline, and it is over. */
    public boolean isOver(@Nullable Instant deadline) {
        return deadline != null && !deadline.isAfter(clock.instant());
    }

    /** Runs {@code stop} at {@code deadline}, and again while the store cannot be used. */
    public void at(Instant deadline, Runnable stop) {
        Duration wait = Duration.between(clock.instant(), deadline);
        scheduler.schedule(wait.isNegative() ? Duration.ZERO : wait, () -> run(stop));
    }

    private void run(Runnable stop) {
        try {
            stop.run();
        } catch (StoreUnavailableException e) {
            log.warn("The store cannot be used, so a chain or fan-out is stopped later: {}", e.getMessage());
            at(clock.instant().plus(AGAIN), stop);
        }
    }
}

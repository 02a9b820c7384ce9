package dev.claudepool.flow;

import dev.claudepool.store.MonotonicClock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.dao.DataAccessException;
import org.springframework.scheduling.concurrent.SimpleAsyncTaskScheduler;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/** The deadlines of chains and fan-outs, by the monotonic clock; they are not stored. Thread-safe. */
@Component
public class FlowDeadlines implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(FlowDeadlines.class);
    private static final Duration AGAIN = Duration.ofSeconds(1);

    private final SimpleAsyncTaskScheduler scheduler = new SimpleAsyncTaskScheduler();
    private final MonotonicClock clock;

    FlowDeadlines(MonotonicClock clock) {
        this.clock = clock;
        scheduler.setThreadNamePrefix("deadline-");
        scheduler.setVirtualThreads(true);
        scheduler.setClock(clock.withZone(ZoneOffset.UTC));
    }

    /** The time by the monotonic clock, in milliseconds. */
    public Instant now() {
        return clock.after(Duration.ZERO);
    }

    /** Whether there is a deadline, and it is over. */
    public boolean isOver(@Nullable Instant deadline) {
        return deadline != null && !deadline.isAfter(clock.instant());
    }

    /** Runs {@code stop} at {@code deadline}, and again while the store cannot be used. */
    public void at(Instant deadline, Runnable stop) {
        var _ = scheduler.schedule(() -> run(stop), deadline);
    }

    private void run(Runnable stop) {
        try {
            stop.run();
        } catch (DataAccessException | TransactionException e) {
            log.warn(
                    "The store cannot be used, so something is stopped later: {}",
                    NestedExceptionUtils.getMostSpecificCause(e).getMessage());
            at(clock.instant().plus(AGAIN), stop);
        }
    }

    @Override
    public void close() {
        scheduler.close();
    }
}

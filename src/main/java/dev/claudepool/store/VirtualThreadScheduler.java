package dev.claudepool.store;

import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Runs each action on a virtual thread, so that one that blocks delays no other. */
@Component
class VirtualThreadScheduler implements Scheduler, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(VirtualThreadScheduler.class);

    private final ScheduledExecutorService timer = new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("scheduler").factory(), new ThreadPoolExecutor.DiscardPolicy());

    @Override
    public void schedule(Duration delay, Runnable action) {
        var _ = timer.schedule(
                () -> Thread.startVirtualThread(() -> run(action)), delay.toNanos(), TimeUnit.NANOSECONDS);
    }

    private static void run(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException e) {
            log.error("A scheduled action failed", e);
        }
    }

    /** Drops what is scheduled, now and later. */
    @Override
    public void close() {
        var _ = timer.shutdownNow();
    }
}

package dev.claudepool.store;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Runs each action on a virtual thread, so that one that blocks delays no other. */
@Component
class VirtualThreadScheduler implements Scheduler, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(VirtualThreadScheduler.class);

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("scheduler").factory());

    @Override
    public void schedule(Duration delay, Runnable action) {
        if (!timer.isShutdown()) {
            var _ = timer.schedule(
                    () -> Thread.startVirtualThread(() -> run(action)), delay.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private static void run(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException e) {
            log.error("A scheduled action failed", e);
        }
    }

    /** Runs no more. */
    @Override
    public void close() {
        var _ = timer.shutdownNow();
    }
}

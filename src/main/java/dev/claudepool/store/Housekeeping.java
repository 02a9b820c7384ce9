package dev.claudepool.store;

import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Deletes what has expired ({@link Expiring}): at the start, once the service is ready, and then every hour, on a
 * thread of its own.
 */
@Component
class Housekeeping implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(Housekeeping.class);
    private static final Duration EVERY = Duration.ofHours(1);

    private final ObjectProvider<Expiring> all;
    private final InstantSource clock;
    private final Duration pause;
    private volatile @Nullable Worker worker;

    @Autowired
    Housekeeping(ObjectProvider<Expiring> all, InstantSource clock) {
        this(all, clock, EVERY);
    }

    Housekeeping(ObjectProvider<Expiring> all, InstantSource clock, Duration pause) {
        this.all = all;
        this.clock = clock;
        this.pause = pause;
    }

    @Override
    public void start() {
        Worker next = new Worker();
        worker = next;
        next.thread.start();
    }

    /** Blocks until the transaction under way is done. */
    @Override
    public void stop() {
        Worker last = worker;
        worker = null;
        if (last != null) {
            last.stop();
        }
    }

    @Override
    public boolean isRunning() {
        return worker != null;
    }

    /** The work between a start and a stop. */
    private class Worker {

        private final CountDownLatch stopping = new CountDownLatch(1);
        private final Thread thread =
                Thread.ofPlatform().daemon().name("housekeeping").unstarted(this::run);

        void stop() {
            stopping.countDown();
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private void run() {
            try {
                do {
                    all.orderedStream().forEach(this::clear);
                } while (!stopping.await(pause.toMillis(), TimeUnit.MILLISECONDS));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private void clear(Expiring expiring) {
            try {
                int removed = 0;
                for (int some = 1; some > 0 && stopping.getCount() > 0; removed += some) {
                    some = expiring.expire(clock.instant());
                }
                if (removed > 0) {
                    log.info("Deleted expired rows by={} count={}", name(expiring), removed);
                }
            } catch (StoreUnavailableException e) {
                log.warn("The store cannot be used, cleaning up later by={}: {}", name(expiring), e.getMessage());
            } catch (RuntimeException e) {
                log.error("Cleaning up failed by={}", name(expiring), e);
            }
        }

        private static String name(Expiring expiring) {
            return expiring.getClass().getSimpleName();
        }
    }
}

package dev.claudepool.store;

import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/** Deletes what has expired ({@link Expiring}): once the service is ready, and then every hour. */
@Component
class Housekeeping implements SmartLifecycle {

    static final Duration PERIOD = Duration.ofHours(1);

    private static final Logger log = LoggerFactory.getLogger(Housekeeping.class);

    private final ObjectProvider<Expiring> all;
    private final Scheduler scheduler;
    private final InstantSource clock;
    private final ReentrantLock cleaning = new ReentrantLock();
    /** Stands for the time between a start and a stop; null when stopped. */
    private volatile @Nullable Object run;

    Housekeeping(ObjectProvider<Expiring> all, Scheduler scheduler, InstantSource clock) {
        this.all = all;
        this.scheduler = scheduler;
        this.clock = clock;
    }

    @Override
    public void start() {
        Object next = new Object();
        run = next;
        scheduler.schedule(Duration.ZERO, () -> clean(next));
    }

    /** Blocks until the transaction under way is done. */
    @Override
    @SuppressWarnings("LockNotBeforeTry") // there is nothing to do between the two
    public void stop() {
        run = null;
        cleaning.lock();
        cleaning.unlock();
    }

    @Override
    public boolean isRunning() {
        return run != null;
    }

    private void clean(Object mine) {
        cleaning.lock();
        try {
            all.orderedStream().takeWhile(_ -> isCurrent(mine)).forEach(expiring -> clean(expiring, mine));
        } finally {
            cleaning.unlock();
        }
        if (isCurrent(mine)) {
            scheduler.schedule(PERIOD, () -> clean(mine));
        }
    }

    private void clean(Expiring expiring, Object mine) {
        try {
            int removed = 0;
            for (int some = 1; some > 0 && isCurrent(mine); removed += some) {
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

    private boolean isCurrent(Object mine) {
        return mine.equals(run);
    }

    private static String name(Expiring expiring) {
        return expiring.getClass().getSimpleName();
    }
}

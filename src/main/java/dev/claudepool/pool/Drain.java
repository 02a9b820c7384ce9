package dev.claudepool.pool;

import dev.claudepool.task.TaskQueue;
import dev.claudepool.task.TaskTotals;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The end of the pool, step by step. */
class Drain {

    private static final Logger log = LoggerFactory.getLogger(Drain.class);
    /** How long interrupted attempts may take to be settled: interrupt, TERM and KILL have their own, shorter times. */
    private static final Duration INTERRUPTION = Duration.ofSeconds(20);

    private final DrainProperties properties;
    private final TaskQueue queue;
    private final RunningAttempts attempts;
    private final Slots slots;
    private final Dispatcher dispatcher;
    private final InstantSource clock;
    private final Instant serviceStart;

    Drain(
            DrainProperties properties,
            TaskQueue queue,
            RunningAttempts attempts,
            Slots slots,
            Dispatcher dispatcher,
            InstantSource clock) {
        this.properties = properties;
        this.queue = queue;
        this.attempts = attempts;
        this.slots = slots;
        this.dispatcher = dispatcher;
        this.clock = clock;
        this.serviceStart = clock.instant();
    }

    /** Blocks until no task runs and no process is left. */
    DrainSummary carryOut(DrainMode queued) throws InterruptedException {
        Instant begin = clock.instant();
        dispatcher.stop();
        log.info("Pool is drained runningTasks={} grace={}", attempts.count(), properties.grace());
        cancelQueued(queued);
        if (!attempts.awaitNone(properties.grace())) {
            attempts.stopAll(queued);
            if (!attempts.awaitNone(INTERRUPTION)) {
                log.error("Tasks could not be interrupted; they go on at the next start count={}", attempts.count());
            }
        }
        cancelQueued(queued); // those that failed or were put off meanwhile, and would be tried again
        stopSlots();
        DrainSummary summary = summary(Duration.between(begin, clock.instant()));
        log.info(
                "Pool was drained tasks={} errors={} cancelled={} queued={} spend={} took={}",
                summary.totalTasks(),
                summary.errorCount(),
                summary.cancelledTasks(),
                queued,
                summary.totalSpendUsd(),
                Duration.ofMillis(summary.durationMs()));
        return summary;
    }

    private void cancelQueued(DrainMode queued) {
        if (queued == DrainMode.CANCEL) {
            var _ = queue.cancelQueued();
        }
    }

    private void stopSlots() throws InterruptedException {
        List<Thread> stops = new ArrayList<>();
        for (Slot slot : slots.allWithProcesses()) {
            stops.add(Thread.ofVirtual().start(() -> {
                try {
                    slot.stop();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }));
        }
        for (Thread stop : stops) {
            stop.join();
        }
    }

    private DrainSummary summary(Duration took) {
        TaskTotals totals = queue.tallySince(serviceStart);
        return new DrainSummary(
                totals.succeeded() + totals.failed() + totals.cancelled(),
                totals.spend(),
                totals.failed(),
                totals.cancelled(),
                took.toMillis());
    }
}

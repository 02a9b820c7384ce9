package dev.claudepool.pool;

import dev.claudepool.dispatch.Attempt;
import dev.claudepool.dispatch.Dispatcher;
import dev.claudepool.dispatch.RunningAttempts;
import dev.claudepool.queue.QueueClearing;
import dev.claudepool.queue.TaskStatistics;
import dev.claudepool.queue.TaskTotals;
import dev.claudepool.slot.Slots;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** The end of the pool, step by step. */
@Component
class Drain {

    private static final Logger log = LoggerFactory.getLogger(Drain.class);
    /** How long interrupted attempts may take to be settled: interrupt, TERM and KILL have their own, shorter times. */
    private static final Duration INTERRUPTION = Duration.ofSeconds(20);

    private final DrainProperties properties;
    private final QueueClearing clearing;
    private final TaskStatistics statistics;
    private final RunningAttempts attempts;
    private final Slots slots;
    private final Dispatcher dispatcher;
    private final InstantSource clock;
    private final Instant serviceStart;

    Drain(
            DrainProperties properties,
            QueueClearing clearing,
            TaskStatistics statistics,
            RunningAttempts attempts,
            Slots slots,
            Dispatcher dispatcher,
            InstantSource clock) {
        this.properties = properties;
        this.clearing = clearing;
        this.statistics = statistics;
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
        log.info("Draining the pool runningTasks={} grace={}", attempts.count(), properties.grace());
        cancelQueued(queued);
        if (!attempts.awaitNone(properties.grace())) {
            attempts.stopAll(queued == DrainMode.KEEP ? Attempt.StopReason.INTERRUPTED : Attempt.StopReason.CANCELLED);
            if (!attempts.awaitNone(INTERRUPTION)) {
                log.error("Tasks could not be interrupted; they go on at the next start count={}", attempts.count());
            }
        }
        cancelQueued(queued); // those that failed or were put off meanwhile, and would be tried again
        slots.stop();
        DrainSummary summary = summary(Duration.between(begin, clock.instant()));
        log.info(
                "Drained the pool tasks={} errors={} cancelled={} queued={} spend={} took={}",
                summary.totalTasks(),
                summary.errorCount(),
                summary.cancelledTasks(),
                queued,
                summary.spentUsd(),
                Duration.ofMillis(summary.durationMs()));
        return summary;
    }

    private void cancelQueued(DrainMode queued) {
        if (queued == DrainMode.CANCEL) {
            var _ = clearing.cancelAll();
        }
    }

    private DrainSummary summary(Duration took) {
        TaskTotals totals = statistics.totalsSince(serviceStart);
        return new DrainSummary(
                totals.succeeded() + totals.failed() + totals.cancelled(),
                totals.spend(),
                totals.failed(),
                totals.cancelled(),
                took.toMillis());
    }
}

package dev.claudepool.slot;

import dev.claudepool.budget.Reservations;
import dev.claudepool.budget.Spend;
import dev.claudepool.event.EventLog;
import dev.claudepool.event.EventLog.Subject;
import dev.claudepool.store.Scheduler;
import dev.claudepool.store.StoreUnavailableException;
import dev.claudepool.store.Transactions;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Books and publishes what processes cost while they have no task. Thread-safe. */
@Component
class SpendOutsideTurns {

    private static final Logger log = LoggerFactory.getLogger(SpendOutsideTurns.class);

    private static final Duration STORE_PAUSE = Duration.ofSeconds(1);

    private final Reservations reservations;
    private final EventLog eventLog;
    private final Transactions transactions;
    private final Scheduler scheduler;
    private final Counter usd;
    private final Counter count;

    SpendOutsideTurns(
            Reservations reservations,
            EventLog eventLog,
            Transactions transactions,
            Scheduler scheduler,
            MeterRegistry meters) {
        this.reservations = reservations;
        this.eventLog = eventLog;
        this.transactions = transactions;
        this.scheduler = scheduler;
        this.usd = Counter.builder("claude.pool.spend.outside.turns")
                .baseUnit("usd")
                .description("What processes cost while they had no task; it is part of the spend of the pool")
                .register(meters);
        this.count = Counter.builder("claude.pool.work.outside.turns")
                .description("Processes that were ended because they worked while they had no task")
                .register(meters);
    }

    /** Books what a process of this slot has cost, once; a store in trouble is asked again until it takes that. */
    void book(Slot slot, Spend spend) {
        log.warn(
                "A process worked while it had no task, and was ended slot={} spend={} estimated={}",
                slot.id(),
                spend.usd(),
                spend.estimated());
        count.increment();
        usd.increment(spend.usd().toUsd().doubleValue());
        book(UUID.randomUUID(), slot, spend);
    }

    private void book(UUID key, Slot slot, Spend spend) {
        try {
            transactions.writing(() -> {
                if (reservations.spendOutsideTurn(key, slot.id(), spend)) {
                    eventLog.append(Subject.slot(slot.id()), new SlotSpent(spend.usd(), spend.estimated()));
                }
            });
            slot.addSpend(spend.usd());
        } catch (StoreUnavailableException e) {
            log.error(
                    "What a process cost cannot be stored, trying again slot={} spend={}: {}",
                    slot.id(),
                    spend.usd(),
                    e.getMessage());
            scheduler.schedule(STORE_PAUSE, () -> book(key, slot, spend));
        }
    }
}

package dev.claudepool.slot;

import dev.claudepool.event.EventLog;
import dev.claudepool.event.EventLog.Subject;
import dev.claudepool.store.Scheduler;
import dev.claudepool.store.StoreUnavailableException;
import dev.claudepool.store.Transactions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Publishes what happens to slots. It is true whether or not it can be stored, so a store that cannot be used is only
 * logged. Thread-safe.
 */
@Component
public class SlotEvents {

    private static final Logger log = LoggerFactory.getLogger(SlotEvents.class);

    private static final Duration GATHERING = Duration.ofMillis(25);

    private final EventLog eventLog;
    private final Transactions transactions;
    private final Scheduler scheduler;
    private final InstantSource clock;
    private final Set<Slot> changed = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean flushScheduled = new AtomicBoolean();

    SlotEvents(Slots slots, EventLog eventLog, Transactions transactions, Scheduler scheduler, InstantSource clock) {
        this.eventLog = eventLog;
        this.transactions = transactions;
        this.scheduler = scheduler;
        this.clock = clock;
        slots.listen((slot, _) -> slotChanged(slot));
    }

    /**
     * Publishes a change of the slot: with the transaction that made it, if there is one; otherwise it is gathered with
     * others for some milliseconds, and published with the next task of the slot at the latest.
     */
    private void slotChanged(Slot slot) {
        changed.add(slot);
        if (transactions.isActive()) {
            publishChangesOf(slot);
        } else if (!flushScheduled.getAndSet(true)) {
            scheduler.schedule(GATHERING, this::flush);
        }
    }

    /** Publishes the new settings of the slot. */
    void slotConfigured(Slot slot) {
        write(() -> {
            publishChangesOf(slot);
            append(slot, slot.presently(SlotCause.CONFIGURED), clock.instant());
        });
    }

    private void flush() {
        flushScheduled.set(false);
        if (changed.stream().anyMatch(slot -> !slot.pendingEvents().isEmpty())) {
            write(this::publishChanges);
        }
    }

    /** Publishes the changes of all slots that are not published yet, in the caller's transaction. */
    public void publishChanges() {
        List.copyOf(changed).forEach(this::publishChangesOf);
    }

    /**
     * Publishes every change of the slot that is not published yet, in the order in which they happened: before this,
     * the thread that made a change may have been overtaken by one that made the next.
     */
    private void publishChangesOf(Slot slot) {
        changed.remove(slot);
        transactions.afterRollback(() -> changed.add(slot));
        slot.pendingEvents().takeIn(transactions).forEach(change -> append(slot, change, change.since()));
    }

    private void append(Slot slot, Slot.Change change, Instant at) {
        eventLog.append(Subject.slot(slot.id()), SlotStateChanged.of(slot.settings(), change), at);
    }

    private void write(Runnable appending) {
        try {
            transactions.writing(appending);
        } catch (StoreUnavailableException e) {
            log.warn("Events of slots cannot be stored: {}", e.getMessage());
        }
    }
}

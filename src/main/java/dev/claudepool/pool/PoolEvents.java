package dev.claudepool.pool;

import dev.claudepool.event.EventLog;
import dev.claudepool.event.EventLog.Subject;
import dev.claudepool.event.EventType;
import dev.claudepool.store.Transactions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes the events of slots and the pool. What they tell is true whether or not it can be stored, so a store in
 * trouble is only logged.
 */
@Component
class PoolEvents {

    private static final Logger log = LoggerFactory.getLogger(PoolEvents.class);

    private static final Duration GATHERING = Duration.ofMillis(25);

    private final EventLog eventLog;
    private final Transactions transactions;
    private final JsonMapper json;
    private final InstantSource clock;
    private final Set<Slot> changed = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean flushScheduled = new AtomicBoolean();

    PoolEvents(EventLog eventLog, Transactions transactions, JsonMapper json, InstantSource clock) {
        this.eventLog = eventLog;
        this.transactions = transactions;
        this.json = json;
        this.clock = clock;
    }

    /**
     * Tells of a change of the slot: with the transaction that made it, if there is one; else it is gathered with
     * others for some milliseconds, and with the next task of the slot at the latest.
     */
    void slotChanged(Slot slot) {
        changed.add(slot);
        if (transactions.isActive()) {
            tellOf(slot);
        } else if (!flushScheduled.getAndSet(true)) {
            Later.run(GATHERING, this::flush);
        }
    }

    /** Tells who the slot now is. */
    void slotConfigured(Slot slot) {
        append(() -> {
            tellOf(slot);
            appendOfSlot(slot, new Slot.Change(slot.state(), clock.instant()));
        });
    }

    private void flush() {
        flushScheduled.set(false);
        if (changed.stream().anyMatch(slot -> !slot.pendingEvents().isEmpty())) {
            append(this::tellOfChangedSlots);
        }
    }

    private void tellOfChangedSlots() {
        List.copyOf(changed).forEach(this::tellOf);
    }

    /**
     * Tells of every change that has not been told, in the order in which they happened: between a change and this, the
     * thread that made it may have been overtaken by one that made the next.
     */
    private void tellOf(Slot slot) {
        changed.remove(slot);
        transactions.afterRollback(() -> changed.add(slot));
        slot.pendingEvents().takeIn(transactions).forEach(change -> appendOfSlot(slot, change));
    }

    private void appendOfSlot(Slot slot, Slot.Change change) {
        SlotState state = change.state();
        ObjectNode data = json.createObjectNode().put("state", state.name().name());
        SlotSettings settings = slot.settings();
        if (settings.hasIdentity()) {
            data.put("name", settings.name()).put("role", settings.role());
        }
        switch (state) {
            case SlotState.Busy busy -> data.put("taskId", busy.taskId().toString());
            case SlotState.Failed failed ->
                data.put("code", failed.failure().code().code());
            default -> {}
        }
        eventLog.append(Subject.slot(slot.id()), EventType.SLOT_STATE, data, change.at());
    }

    void poolChanged(PoolState state, @Nullable String reason) {
        appendOfPool(json.createObjectNode().put("state", state.name()).put("reason", reason));
    }

    /** The pool gives out no tasks until then. */
    void poolLimited(Instant until, String reason) {
        appendOfPool(json.createObjectNode()
                .put("state", PoolState.PAUSED.name())
                .put("reason", reason)
                .put("until", until.toString()));
    }

    private void appendOfPool(ObjectNode data) {
        append(() -> {
            tellOfChangedSlots();
            eventLog.append(Subject.POOL, EventType.POOL_STATE, data);
        });
    }

    private void append(Runnable appending) {
        try {
            transactions.writing(appending);
        } catch (DataAccessException | TransactionException e) {
            log.warn(
                    "Events of the pool cannot be stored: {}",
                    NestedExceptionUtils.getMostSpecificCause(e).getMessage());
        }
    }
}

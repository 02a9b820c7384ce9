package dev.claudepool.pool;

import dev.claudepool.event.EventLog;
import dev.claudepool.event.EventLog.Subject;
import dev.claudepool.event.EventType;
import dev.claudepool.store.Transactions;
import java.time.Instant;
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

    private final EventLog eventLog;
    private final Transactions transactions;
    private final JsonMapper json;

    PoolEvents(EventLog eventLog, Transactions transactions, JsonMapper json) {
        this.eventLog = eventLog;
        this.transactions = transactions;
        this.json = json;
    }

    /**
     * Tells of every change of the slot that has not been told, in the order in which they happened: between a change
     * and this, the thread that made it may have been overtaken by one that made the next.
     */
    void slotChanged(Slot slot) {
        append(EventType.SLOT_STATE, () -> slot.takeUntold().forEach(state -> appendOfSlot(slot, state)));
    }

    /** Tells who the slot now is. */
    void slotConfigured(Slot slot) {
        append(EventType.SLOT_STATE, () -> {
            slot.takeUntold().forEach(state -> appendOfSlot(slot, state));
            appendOfSlot(slot, slot.state());
        });
    }

    private void appendOfSlot(Slot slot, SlotState state) {
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
        eventLog.append(Subject.slot(slot.id()), EventType.SLOT_STATE, data);
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
        append(EventType.POOL_STATE, () -> eventLog.append(Subject.POOL, EventType.POOL_STATE, data));
    }

    private void append(EventType type, Runnable appending) {
        try {
            transactions.writing(appending);
        } catch (DataAccessException | TransactionException e) {
            log.warn(
                    "An event is lost type={}: {}",
                    type.wireName(),
                    NestedExceptionUtils.getMostSpecificCause(e).getMessage());
        }
    }
}

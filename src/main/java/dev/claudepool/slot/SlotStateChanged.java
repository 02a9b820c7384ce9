package dev.claudepool.slot;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.claudepool.budget.Money;
import dev.claudepool.event.EventData;
import dev.claudepool.event.EventType;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The data of {@code slot.state}.
 *
 * @param cause why it came into this state, or, where it was in it already, why it is told again
 * @param since when it came into this state
 * @param identity who the slot is, where that was set
 * @param taskId the task that is in a busy slot
 * @param code why a slot failed
 * @param tasksCompleted how many attempts have ended in it since the service started
 * @param spentUsd what its tasks have cost, in USD
 * @param restarts how often a process of it died or did not start
 */
record SlotStateChanged(
        SlotState.Name state,
        SlotCause cause,
        Instant since,
        @JsonUnwrapped @Nullable Identity identity,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable UUID taskId,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String code,
        long tasksCompleted,
        Money spentUsd,
        int restarts)
        implements EventData {

    static SlotStateChanged of(SlotSettings settings, Slot.Change change) {
        SlotState state = change.state();
        return new SlotStateChanged(
                state.name(),
                change.cause(),
                change.since(),
                settings.hasIdentity() ? new Identity(settings.name(), settings.role()) : null,
                state instanceof SlotState.Busy(UUID task) ? task : null,
                state instanceof SlotState.Failed failed
                        ? failed.failure().code().code()
                        : null,
                change.tasksCompleted(),
                change.spent(),
                change.restarts());
    }

    @Override
    public EventType type() {
        return EventType.SLOT_STATE;
    }

    /** The name and the role of a slot. */
    record Identity(@Nullable String name, @Nullable String role) {}
}

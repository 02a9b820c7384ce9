package dev.claudepool.slot;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.claudepool.event.EventData;
import dev.claudepool.event.EventType;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The data of {@code slot.state}.
 *
 * @param identity who the slot is, where that was set
 * @param taskId the task that is in a busy slot
 * @param code why a slot failed
 */
record SlotStateChanged(
        SlotState.Name state,
        @JsonUnwrapped @Nullable Identity identity,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable UUID taskId,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String code)
        implements EventData {

    static SlotStateChanged of(SlotSettings settings, SlotState state) {
        return new SlotStateChanged(
                state.name(),
                settings.hasIdentity() ? new Identity(settings.name(), settings.role()) : null,
                state instanceof SlotState.Busy(UUID task) ? task : null,
                state instanceof SlotState.Failed failed
                        ? failed.failure().code().code()
                        : null);
    }

    @Override
    public EventType type() {
        return EventType.SLOT_STATE;
    }

    /** The name and the role of a slot. */
    record Identity(@Nullable String name, @Nullable String role) {}
}

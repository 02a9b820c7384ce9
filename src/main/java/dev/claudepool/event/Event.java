package dev.claudepool.event;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * A fact about a task, chain, fan-out, slot or the pool, as clients receive it.
 *
 * @param seq its number, growing by commit order; null only for {@link EventType#TASK_DELTA}, which is never stored
 * @param type what happened
 * @param at when, by the database's clock
 * @param taskId the task it is about, if any
 * @param chainId the chain it is about, if any
 * @param fanOutId the fan-out it is about, if any
 * @param slotId the slot it is about, if any
 * @param tags the tags of the task, chain or fan-out that it is about; not sent to clients
 * @param data what is particular to the type; may hold prompts' answers, so it is never logged
 */
public record Event(
        @Nullable Long seq,
        EventType type,
        Instant at,
        @Nullable UUID taskId,
        @Nullable UUID chainId,
        @Nullable UUID fanOutId,
        @Nullable String slotId,
        @JsonIgnore List<String> tags,
        ObjectNode data) {

    public Event {
        tags = List.copyOf(tags);
    }

    /** The task, chain or fan-out that the event is about; null for an event of a slot, the pool or the budget. */
    public @Nullable UUID subjectId() {
        return switch (type.scope()) {
            case TASK -> taskId;
            case CHAIN -> chainId;
            case FAN_OUT -> fanOutId;
            case POOL -> null;
        };
    }

    @Override
    public String toString() {
        return "Event[" + seq + " " + type + "]";
    }
}

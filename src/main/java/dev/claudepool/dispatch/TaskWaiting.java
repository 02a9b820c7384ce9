package dev.claudepool.dispatch;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.claudepool.event.EventData;
import dev.claudepool.event.EventType;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The data of {@code task.waiting}: what a queued task waits for is another thing than before.
 *
 * @param until when this reason ends by itself, where that is known
 * @param detail the reason in words
 */
record TaskWaiting(
        WaitingReason reason,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Instant until,
        String detail) implements EventData {

    static TaskWaiting of(Waiting waiting) {
        return new TaskWaiting(waiting.reason(), waiting.until(), waiting.detail());
    }

    @Override
    public EventType type() {
        return EventType.TASK_WAITING;
    }
}

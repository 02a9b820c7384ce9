package dev.claudepool.queue;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.claudepool.event.EventData;
import dev.claudepool.event.EventType;

/**
 * The data of {@code task.attempt}: an attempt at a task has ended.
 *
 * @param attempt as {@code GET /tasks/{id}/attempts} shows it
 */
record TaskAttemptEnded(@JsonUnwrapped TaskAttempt attempt) implements EventData {

    @Override
    public EventType type() {
        return EventType.TASK_ATTEMPT;
    }
}

package dev.claudepool.live;

import dev.claudepool.event.Event;
import dev.claudepool.event.EventType;
import dev.claudepool.task.TaskState;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Passes on the events of a task, until the task is final.
 *
 * <p>It is given the task's events from the first one on, and skips those that the client has seen: so it also knows
 * that the task is final when the client has seen that already.
 */
class TaskSink implements Sink {

    private final Sink client;
    private final ObjectReader stateReader;
    private final long seen;

    /** @param seen the number of the last event that the client has seen; 0 for none */
    TaskSink(Sink client, JsonMapper json, long seen) {
        this.client = client;
        this.stateReader = json.readerFor(Ending.class)
                .without(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .with(EnumFeature.READ_UNKNOWN_ENUM_VALUES_AS_NULL);
        this.seen = seen;
    }

    @Override
    public boolean send(Event event) throws IOException {
        Long seq = event.seq();
        boolean more = (seq != null && seq <= seen) || client.send(event);
        return more && !isFinal(event);
    }

    @Override
    public void idle() throws IOException {
        client.idle();
    }

    private boolean isFinal(Event event) {
        return event.type() == EventType.TASK_STATE
                && stateReader.<Ending>readValue(event.data()).isFinal();
    }

    /** The part of {@code task.state} that ends the stream, where it can be read. */
    private record Ending(TaskState.@Nullable Name state) {
        boolean isFinal() {
            return state != null && state.isFinal();
        }
    }
}

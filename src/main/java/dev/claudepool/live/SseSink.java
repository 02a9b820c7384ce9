package dev.claudepool.live;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.claudepool.event.Event;
import dev.claudepool.event.EventType;
import dev.claudepool.task.TaskState;
import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes the events of a task as server-sent events, until the task is final.
 *
 * <p>It is given the task's events from the first one on, and skips those that the client has seen: so it also knows
 * that the task is final when the client has seen that already.
 */
class SseSink implements Sink {

    private final OutputStream out;
    private final JsonMapper json;
    private final ObjectReader stateReader;
    private final long seen;

    /** @param seen the number of the last event that the client has seen; 0 for none */
    SseSink(OutputStream out, JsonMapper json, long seen) {
        this.out = out;
        this.json = json;
        this.stateReader = json.readerFor(Ending.class)
                .without(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .with(EnumFeature.READ_UNKNOWN_ENUM_VALUES_AS_NULL);
        this.seen = seen;
    }

    @Override
    public boolean send(Event event) throws IOException {
        Long seq = event.seq();
        if (seq == null || seq > seen) {
            String id = seq == null ? "" : "id: " + seq + "\n";
            write(id + "event: " + event.type().wireName() + "\ndata: " + json.writeValueAsString(event) + "\n\n");
        }
        return !isFinal(event);
    }

    @Override
    public void idle() throws IOException {
        write(": keep-alive\n\n");
    }

    private void write(String text) throws IOException {
        out.write(text.getBytes(UTF_8));
        out.flush();
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

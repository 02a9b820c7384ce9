package dev.claudepool.live;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.claudepool.event.Event;
import java.io.IOException;
import java.io.OutputStream;
import tools.jackson.databind.json.JsonMapper;

/** Writes events as server-sent events, until the client is gone. */
class SseSink implements Sink {

    private final OutputStream out;
    private final JsonMapper json;

    SseSink(OutputStream out, JsonMapper json) {
        this.out = out;
        this.json = json;
    }

    @Override
    public boolean send(Event event) throws IOException {
        String id = event.seq() == null ? "" : "id: " + event.seq() + "\n";
        write(id + "event: " + event.type().wireName() + "\ndata: " + json.writeValueAsString(event) + "\n\n");
        return true;
    }

    @Override
    public void idle() throws IOException {
        write(": keep-alive\n\n");
    }

    private void write(String text) throws IOException {
        out.write(text.getBytes(UTF_8));
        out.flush();
    }
}

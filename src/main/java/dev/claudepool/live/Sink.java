package dev.claudepool.live;

import dev.claudepool.event.Event;
import java.io.IOException;

/** The client's end of a {@link Pump}; it is called by one thread only, and may block while the client is slow. */
public interface Sink {

    /**
     * Sends the event.
     *
     * @return whether the client wants more
     * @throws IOException when the client is gone
     */
    boolean send(Event event) throws IOException;

    /**
     * Sends a sign of life, after a time with nothing to send.
     *
     * @throws IOException when the client is gone
     */
    void idle() throws IOException;
}

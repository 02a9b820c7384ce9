package dev.claudepool.stomp;

import dev.claudepool.event.Event;
import dev.claudepool.event.EventFilter;
import dev.claudepool.live.LiveFeed;
import dev.claudepool.live.Pump;
import dev.claudepool.live.Pump.Transport;
import dev.claudepool.live.Sink;
import java.io.IOException;

/** One subscription of a {@link StompConnection}: sends its events as MESSAGE frames. */
class StompSubscription implements Sink {

    private final StompConnection connection;
    private final String id;
    private final String destination;
    private final StompOutbox outbox;
    private final Pump pump;

    /** Is counted as a subscriber from now on, so that {@link #run} has to follow. */
    StompSubscription(
            StompConnection connection,
            String id,
            String destination,
            EventFilter filter,
            long after,
            LiveFeed feed,
            StompOutbox outbox) {
        this.connection = connection;
        this.id = id;
        this.destination = destination;
        this.outbox = outbox;
        this.pump = feed.open(Transport.STOMP, filter, after, this);
    }

    String id() {
        return id;
    }

    /**
     * Sends events until it is closed or the connection has ended.
     *
     * @throws IOException when the client is gone
     */
    void run() throws IOException {
        pump.run();
    }

    void close() {
        pump.close();
    }

    @Override
    public boolean send(Event event) {
        if (!connection.awaitTurn()) {
            return false;
        }
        if (pump.isClosed()) { // unsubscribed while it waited: the id may be in use again
            connection.passTurn();
            return false;
        }
        outbox.message(connection.getId(), id, destination, event);
        return true;
    }

    /** Nothing: the broker sends heart-beats. */
    @Override
    public void idle() {}
}

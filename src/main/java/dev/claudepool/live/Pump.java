package dev.claudepool.live;

import dev.claudepool.event.Event;
import dev.claudepool.event.EventBatch;
import dev.claudepool.event.EventFilter;
import dev.claudepool.event.EventLog;
import dev.claudepool.event.EventType;
import java.io.IOException;
import java.time.Duration;

/**
 * Moves the events that one subscriber wants from the log to its {@link Sink}: each stored one once and in order,
 * however slow the client is, and deltas while it keeps up.
 *
 * <p>It reads the log from its cursor until nothing is left, then follows its {@link Inbox}, and goes back to the log
 * when that has overflowed. The inbox is emptied <em>before</em> each reading. So whatever was offered earlier is in
 * the log already, nothing falls between the two, and no delta can be sent after the finished text that contains it.
 */
public class Pump {

    private final EventLog log;
    private final EventFilter filter;
    private final Sink sink;
    private final Duration patience;
    private final Inbox inbox;
    private final Transport transport;
    private final Ended ended;
    private long cursor;

    Pump(
            EventLog log,
            Transport transport,
            EventFilter filter,
            long after,
            Sink sink,
            Duration patience,
            Inbox inbox,
            Ended ended) {
        this.log = log;
        this.transport = transport;
        this.filter = filter;
        this.cursor = after;
        this.sink = sink;
        this.patience = patience;
        this.inbox = inbox;
        this.ended = ended;
    }

    /**
     * Works until the client wants no more or {@link #close} is called.
     *
     * @throws IOException when the client is gone
     */
    public void run() throws IOException {
        try {
            boolean more = inbox.goLive();
            while (more) {
                EventBatch missed = log.readSomeAfter(cursor, filter);
                more = (missed.upTo() == cursor ? follow() : sendAll(missed)) && inbox.goLive();
            }
        } finally {
            inbox.close();
            ended.ended(this);
        }
    }

    /** Makes {@link #run} return soon: at once, unless the sink is blocked. */
    public void close() {
        inbox.close();
    }

    public boolean isClosed() {
        return inbox.isClosed();
    }

    void offer(Event event) {
        if (filter.matches(event) && (event.seq() != null || filter.wantsUnstored(event.type()))) {
            inbox.offer(event);
        }
    }

    /** Returns whether its subscriber wants events of this type, which are only published live. */
    boolean wantsUnstored(EventType type) {
        return filter.wantsUnstored(type);
    }

    void fallBehind() {
        inbox.fallBehind();
    }

    Transport transport() {
        return transport;
    }

    private boolean follow() throws IOException {
        while (true) {
            switch (inbox.take(patience)) {
                case Inbox.Next.Arrived(Event event) -> {
                    if (!pass(event)) {
                        return false;
                    }
                }
                case Inbox.Next.Nothing.QUIET -> sink.idle();
                case Inbox.Next.Nothing.MISSED_SOME -> {
                    return true;
                }
                case Inbox.Next.Nothing.CLOSED -> {
                    return false;
                }
            }
        }
    }

    private boolean sendAll(EventBatch batch) throws IOException {
        for (Event event : batch.events()) {
            if (inbox.isClosed() || !pass(event)) {
                return false;
            }
        }
        cursor = batch.upTo();
        return true;
    }

    private boolean pass(Event event) throws IOException {
        Long seq = event.seq();
        if (seq != null) {
            if (seq <= cursor) {
                return true; // committed before the last reading, but told after it
            }
            cursor = seq;
        }
        return sink.send(event);
    }

    /** How the events travel; the name is a metric label. */
    public enum Transport {
        STOMP,
        SSE
    }

    /** Hears that a pump has ended. */
    interface Ended {
        void ended(Pump pump);
    }
}

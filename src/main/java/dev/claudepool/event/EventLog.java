package dev.claudepool.event;

import dev.claudepool.store.Transactions;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import tools.jackson.databind.node.ObjectNode;

/**
 * The append-only log of events. What is appended is committed, or rolled back, with the facts it tells; its number
 * grows by commit order, so a reader that has seen number n misses nothing by asking for what came after n.
 * Thread-safe.
 */
@Component
public class EventLog {

    private static final Logger log = LoggerFactory.getLogger(EventLog.class);

    private static final int MOST_AT_ONCE = 200;

    /** In characters. */
    private static final long MOST_TEXT_AT_ONCE = 256 * 1024;

    private final EventStore store;
    private final Transactions transactions;
    private final InstantSource clock;
    private final List<Consumer<Event>> listeners = new CopyOnWriteArrayList<>();

    EventLog(EventStore store, Transactions transactions, InstantSource clock) {
        this.store = store;
        this.transactions = transactions;
        this.clock = clock;
    }

    /** Appends in the caller's transaction, if there is one, and tells the listeners once that is committed. */
    public void append(Subject subject, EventType type, ObjectNode data) {
        append(subject, type, data, clock.instant());
    }

    /** Appends what happened at {@code at}, which may be a little while ago. */
    public void append(Subject subject, EventType type, ObjectNode data, Instant at) {
        transactions.writing(() -> {
            Event event = store.append(event(subject, type, data, at));
            transactions.afterCommit(() -> tell(event));
        });
    }

    /** Tells the listeners of something that is not worth storing. */
    public void tellUnstored(Subject subject, EventType type, ObjectNode data) {
        tell(event(subject, type, data, clock.instant()));
    }

    /** The stored events after number {@code seq} that {@code filter} wants, in order, at most {@code limit}. */
    public List<Event> readAfter(long seq, EventFilter filter, int limit) {
        return store.readAfter(seq, filter, limit);
    }

    /** The first of these, as many as are good to have in memory at once; none only when there are none. */
    public List<Event> readSomeAfter(long seq, EventFilter filter) {
        return store.readAfter(seq, filter, MOST_AT_ONCE, MOST_TEXT_AT_ONCE);
    }

    /** Removes these events, in the caller's transaction. */
    public void forget(EventFilter filter) {
        store.delete(filter);
    }

    /** The number of the newest event; 0 when there is none. */
    public long lastSeq() {
        return store.lastSeq();
    }

    /**
     * Calls {@code listener} for every event of this instance, stored ones after their commit and in order, on the
     * thread that caused it. A listener must be quick, must not block and must not write.
     */
    public Registration listen(Consumer<Event> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    private void tell(Event event) {
        listeners.forEach(listener -> tell(listener, event));
    }

    /** One listener's trouble is not the others'. */
    private static void tell(Consumer<Event> listener, Event event) {
        try {
            listener.accept(event);
        } catch (RuntimeException e) {
            log.error("A listener failed at {}", event, e);
        }
    }

    private static Event event(Subject subject, EventType type, ObjectNode data, Instant at) {
        Instant stored = Instant.ofEpochMilli(at.toEpochMilli());
        return new Event(
                null, type, stored, subject.taskId(), subject.chainId(), subject.fanOutId(), subject.slotId(), data);
    }

    /** Ends a listener's interest. */
    public interface Registration extends AutoCloseable {
        @Override
        void close();
    }

    /** What an event is about. */
    public record Subject(
            @Nullable UUID taskId,
            @Nullable UUID chainId,
            @Nullable UUID fanOutId,
            @Nullable String slotId) {

        public static final Subject POOL = new Subject(null, null, null, null);

        public static Subject slot(String slotId) {
            return new Subject(null, null, null, slotId);
        }
    }
}

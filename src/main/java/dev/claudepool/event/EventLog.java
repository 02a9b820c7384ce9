package dev.claudepool.event;

import dev.claudepool.store.Transactions;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The append-only log of events. What is appended is committed, or rolled back, with the change that it reports; its
 * number grows by commit order, so a reader that has seen number n misses nothing by asking for what came after n.
 * Thread-safe.
 */
@Component
public class EventLog {

    private static final Logger log = LoggerFactory.getLogger(EventLog.class);

    private static final int MOST_AT_ONCE = 200;

    /** The most text that is read at once, in characters. */
    private static final long MOST_TEXT_AT_ONCE = 256 * 1024;

    private final EventStore store;
    private final Transactions transactions;
    private final JsonMapper json;
    private final InstantSource clock;
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();

    EventLog(EventStore store, Transactions transactions, JsonMapper json, InstantSource clock) {
        this.store = store;
        this.transactions = transactions;
        this.json = json;
        this.clock = clock;
    }

    /** Appends in the caller's transaction, if there is one, and publishes to the listeners after its commit. */
    public void append(Subject subject, EventData data) {
        append(subject, data, clock.instant());
    }

    /** Appends what happened at {@code at}, which may be a little while ago. */
    public void append(Subject subject, EventData data, Instant at) {
        transactions.writing(() -> {
            Event event = store.append(event(subject, data, at));
            transactions.afterCommit(() -> publish(event, data));
        });
    }

    /** Publishes something to the listeners that is not worth storing. */
    public void publishUnstored(Subject subject, EventData data) {
        publish(event(subject, data, clock.instant()), data);
    }

    /** The stored events after number {@code seq} that {@code filter} wants, in order, at most {@code limit}. */
    public List<Event> readAfter(long seq, EventFilter filter, int limit) {
        return store.readAfter(seq, filter, limit, Long.MAX_VALUE).events();
    }

    /** The first of these, as many as are good to have in memory at once. */
    public EventBatch readSomeAfter(long seq, EventFilter filter) {
        return readSomeAfter(seq, filter, MOST_AT_ONCE);
    }

    /** The same, at most {@code limit}. */
    public EventBatch readSomeAfter(long seq, EventFilter filter, int limit) {
        return store.readAfter(seq, filter, limit, MOST_TEXT_AT_ONCE);
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
     * thread that caused it.
     */
    public Registration listen(Listener listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    /** Returns whether a listener wants events of this type, which are only published live. */
    public boolean isWanted(EventType type) {
        return listeners.stream().anyMatch(listener -> listener.wantsUnstored(type));
    }

    private void publish(Event event, EventData data) {
        listeners.forEach(listener -> publish(listener, event, data));
    }

    /** A failure of one listener does not concern the others. */
    private static void publish(Listener listener, Event event, EventData data) {
        try {
            listener.onEvent(event, data);
        } catch (RuntimeException e) {
            log.error("A listener failed at {}", event, e);
        }
    }

    private Event event(Subject subject, EventData data, Instant at) {
        return new Event(
                null,
                data.type(),
                Instant.ofEpochMilli(at.toEpochMilli()),
                subject.taskId(),
                subject.chainId(),
                subject.fanOutId(),
                subject.slotId(),
                subject.tags(),
                json.<ObjectNode>valueToTree(data));
    }

    /** Must be quick, must not block and must not write. */
    @FunctionalInterface
    public interface Listener {
        /** @param data what {@code event} holds as JSON */
        void onEvent(Event event, EventData data);

        /** Returns whether it wants events of this type, which are only published live. */
        default boolean wantsUnstored(EventType type) {
            return false;
        }
    }

    /** Removes the listener when it is closed. */
    public interface Registration extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * What an event is about.
     *
     * @param tags the tags of the task, chain or fan-out
     */
    public record Subject(
            @Nullable UUID taskId,
            @Nullable UUID chainId,
            @Nullable UUID fanOutId,
            @Nullable String slotId,
            List<String> tags) {

        public static final Subject POOL = new Subject(null, null, null, null, List.of());

        public static Subject slot(String slotId) {
            return new Subject(null, null, null, slotId, List.of());
        }
    }
}

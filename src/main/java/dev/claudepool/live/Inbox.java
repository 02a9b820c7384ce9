package dev.claudepool.live;

import dev.claudepool.event.Event;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The events since a {@link Pump} last read the log, bounded, in their order.
 *
 * <pre>
 *            {@link #goLive}                 {@link #close}
 *   BEHIND ----------------------> LIVE ----------> CLOSED
 *      ^                             |                 ^
 *      +--- {@link #fallBehind}, overflow ---+                 |
 *      +-------------- {@link #close} --------------------+
 * </pre>
 *
 * Behind, it keeps nothing: stored events will be read from the log, deltas are lost. Thread-safe; offering never waits
 * for the taker.
 */
class Inbox {

    static final int MAX_STORED = 256;
    static final int MAX_DELTAS = 32;

    private final Runnable deltaDropped;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<Event> events = new ArrayDeque<>();
    private int deltas;
    private Mode mode = Mode.BEHIND;

    Inbox(Runnable deltaDropped) {
        this.deltaDropped = deltaDropped;
    }

    void offer(Event event) {
        lock.lock();
        try {
            if (event.seq() == null) {
                offerDelta(event);
            } else {
                offerStored(event);
            }
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Forgets what is here and keeps what comes from now on, unless it is closed. */
    boolean goLive() {
        return enter(Mode.LIVE);
    }

    /** Says that there may be stored events which were not offered. */
    void fallBehind() {
        enter(Mode.BEHIND);
    }

    void close() {
        enter(Mode.CLOSED);
    }

    boolean isClosed() {
        lock.lock();
        try {
            return mode == Mode.CLOSED;
        } finally {
            lock.unlock();
        }
    }

    /** Waits for the next event, at most for {@code patience}. */
    Next take(Duration patience) {
        lock.lock();
        try {
            long nanos = patience.toNanos();
            while (events.isEmpty() && mode == Mode.LIVE && nanos > 0) {
                nanos = changed.awaitNanos(nanos);
            }
            return switch (mode) {
                case CLOSED -> Next.Nothing.CLOSED;
                case BEHIND -> Next.Nothing.MISSED_SOME;
                case LIVE -> events.isEmpty() ? Next.Nothing.QUIET : new Next.Arrived(poll());
            };
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Next.Nothing.CLOSED;
        } finally {
            lock.unlock();
        }
    }

    private void offerDelta(Event delta) {
        if (mode != Mode.LIVE) {
            deltaDropped.run();
            return;
        }
        if (deltas == MAX_DELTAS) {
            dropOldestDelta();
        }
        events.add(delta);
        deltas++;
    }

    private void offerStored(Event event) {
        if (events.size() - deltas == MAX_STORED) {
            enter(Mode.BEHIND);
        } else if (mode == Mode.LIVE) {
            events.add(event);
        }
    }

    private boolean enter(Mode next) {
        lock.lock();
        try {
            for (; deltas > 0; deltas--) {
                deltaDropped.run();
            }
            events.clear();
            mode = mode == Mode.CLOSED ? Mode.CLOSED : next;
            changed.signal();
            return mode != Mode.CLOSED;
        } finally {
            lock.unlock();
        }
    }

    private Event poll() {
        Event event = events.remove();
        if (event.seq() == null) {
            deltas--;
        }
        return event;
    }

    private void dropOldestDelta() {
        Iterator<Event> oldest = events.iterator();
        while (oldest.hasNext()) {
            if (oldest.next().seq() == null) {
                oldest.remove();
                deltas--;
                deltaDropped.run();
                return;
            }
        }
    }

    private enum Mode {
        BEHIND,
        LIVE,
        CLOSED
    }

    /** The result of {@link #take}. */
    sealed interface Next {

        record Arrived(Event event) implements Next {}

        enum Nothing implements Next {
            QUIET,
            MISSED_SOME,
            CLOSED
        }
    }
}

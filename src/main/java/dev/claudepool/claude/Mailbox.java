package dev.claudepool.claude;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What arrives for a turn, in order. It holds a bounded number of bytes: when the one who empties it is slower than
 * {@code claude}, the reader of its output waits here, and then {@code claude} itself does.
 */
final class Mailbox {

    /** Something for a turn. */
    sealed interface Mail {

        record Received(CliMessage message) implements Mail {}

        /** The running total of the session, when it was asked for. */
        record Usage(CliMessage.ControlAnswer answer) implements Mail {}

        record LineTooLong() implements Mail {}

        /** The process has ended, or closed its output. */
        record Ended() implements Mail {}

        record Cancel() implements Mail {}
    }

    private record Entry(Mail mail, int bytes) {}

    private static final long MOST_BYTES = 8 << 20;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrived = lock.newCondition();
    private final Condition taken = lock.newCondition();
    private final Deque<Entry> entries = new ArrayDeque<>();
    private long bytes;
    private boolean closed;

    /** Adds at the end; mail of 0 bytes never waits. Drops it when the mailbox is closed. */
    void put(Mail mail, int size) {
        lock.lock();
        try {
            while (size > 0 && bytes > 0 && bytes + size > MOST_BYTES && !closed) {
                taken.awaitUninterruptibly();
            }
            if (!closed) {
                entries.add(new Entry(mail, size));
                bytes += size;
                arrived.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    /** The next mail, or null when none came within {@code timeout}. */
    @Nullable
    Mail poll(Duration timeout) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long nanos = timeout.toNanos();
            while (entries.isEmpty() && nanos > 0) {
                nanos = arrived.awaitNanos(nanos);
            }
            Entry entry = entries.poll();
            if (entry == null) {
                return null;
            }
            bytes -= entry.bytes;
            taken.signal();
            return entry.mail;
        } finally {
            lock.unlock();
        }
    }

    /** Lets go of whoever waits to put something in. */
    void close() {
        lock.lock();
        try {
            closed = true;
            entries.clear();
            bytes = 0;
            taken.signalAll();
        } finally {
            lock.unlock();
        }
    }
}

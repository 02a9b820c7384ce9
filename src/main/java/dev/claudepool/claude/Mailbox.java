package dev.claudepool.claude;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
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

    private final long mostBytes;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrived = lock.newCondition();
    private final Condition taken = lock.newCondition();
    private final Deque<Entry> entries = new ArrayDeque<>();
    private long bytes;
    private boolean closed;

    Mailbox(long mostBytes) {
        this.mostBytes = mostBytes;
    }

    /** Adds at the end; mail of 0 bytes never waits. Returns false when the mailbox is closed. */
    boolean put(Mail mail, int size) {
        lock.lock();
        try {
            while (size > 0 && bytes > 0 && bytes + size > mostBytes && !closed) {
                taken.awaitUninterruptibly();
            }
            if (!closed) {
                entries.add(new Entry(mail, size));
                bytes += size;
                arrived.signal();
            }
            return !closed;
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

    /** Releases the threads that wait to put something in, and returns what was not taken. */
    List<Mail> close() {
        lock.lock();
        try {
            closed = true;
            List<Mail> left = entries.stream().map(Entry::mail).toList();
            entries.clear();
            bytes = 0;
            taken.signalAll();
            return left;
        } finally {
            lock.unlock();
        }
    }
}

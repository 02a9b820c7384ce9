package dev.claudepool.task;

import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.springframework.stereotype.Component;

/**
 * Limits how many long texts are read from the database at the same time, so that they do not fill the heap. A text is
 * there several times while it is read: as bytes, as characters, and in pieces in the parser. Thread-safe.
 */
@Component
public class LargeReads {

    /** The most memory that a text takes while it is read, in multiples of its size. */
    private static final int COPIES = 6;

    /** The longest text that needs no permit, in bytes. */
    private static final long SMALL = 64 * 1024;

    private static final int UNIT = 1024;

    private final int all;
    private final Semaphore units;

    LargeReads() {
        this(Runtime.getRuntime().maxMemory() / 4);
    }

    /** @param most the bytes that may be taken together */
    LargeReads(long most) {
        this.all = Math.clamp(most / UNIT, 1, Integer.MAX_VALUE);
        this.units = new Semaphore(all, true);
    }

    /** Reads texts of {@code bytes} in all; waits until there is room for that, or no other thread reads. */
    public <T> T read(long bytes, Supplier<T> reading) {
        if (bytes <= SMALL) {
            return reading.get();
        }
        int taken = (int) Math.min(all, bytes / UNIT * COPIES);
        units.acquireUninterruptibly(taken);
        try {
            return reading.get();
        } finally {
            units.release(taken);
        }
    }
}

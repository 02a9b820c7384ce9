package dev.claudepool.web;

import org.jspecify.annotations.Nullable;
import org.springframework.util.unit.DataSize;

/**
 * Holds the sizes that are allowed for one text to a share of the heap: while it is read or written, a text is there
 * several times, and others are there beside it.
 */
public final class HeapShare {

    private static final int PARTS = 16;

    private HeapShare() {}

    /**
     * The size that is configured; without one, the {@code usual} size, or what the heap allows where that is less.
     *
     * @throws IllegalArgumentException when what is configured is more than the heap allows
     */
    public static DataSize of(String property, @Nullable DataSize configured, DataSize usual) {
        return of(property, configured, usual, Runtime.getRuntime().maxMemory());
    }

    static DataSize of(String property, @Nullable DataSize configured, DataSize usual, long heap) {
        long most = heap / PARTS;
        if (configured == null) {
            return DataSize.ofBytes(Math.min(usual.toBytes(), most));
        }
        if (configured.toBytes() > most) {
            throw new IllegalArgumentException(
                    "%s must be at most %d MB with a Java heap of %d MB; lower it, or start Java with a larger -Xmx"
                            .formatted(property, most >> 20, heap >> 20));
        }
        return configured;
    }
}

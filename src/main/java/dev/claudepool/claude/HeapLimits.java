package dev.claudepool.claude;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.util.unit.DataSize;

/**
 * How much of what one process writes is held at once. A line is in memory some ten times while it is read, parsed and
 * stored, and each of its values takes some hundred bytes, so both are bounded by the heap.
 *
 * @param line the longest line that is read, in bytes
 * @param values how many values, names and brackets a line may have
 * @param mailbox how many bytes of lines may wait for a turn
 */
record HeapLimits(long line, long values, long mailbox) {

    private static final Logger log = LoggerFactory.getLogger(HeapLimits.class);

    private static final int HEAP_BY_LINE = 24;
    private static final int HEAP_BY_VALUE = 1024;
    private static final int HEAP_BY_MAILBOX = 64;
    private static final long MOST_VALUES = 10_000_000;
    private static final long LARGEST_MAILBOX = 8 << 20;

    /** The limits for a heap of this many bytes. */
    static HeapLimits of(DataSize maxLine, long heap) {
        return new HeapLimits(
                Math.min(maxLine.toBytes(), heap / HEAP_BY_LINE),
                Math.min(MOST_VALUES, heap / HEAP_BY_VALUE),
                Math.min(LARGEST_MAILBOX, heap / HEAP_BY_MAILBOX));
    }

    /** Returns the limits for this service's heap; logs it if a line must be shorter than configured. */
    static HeapLimits of(CliProperties properties) {
        long heap = Runtime.getRuntime().maxMemory();
        HeapLimits limits = of(properties.maxLine(), heap);
        if (limits.line < properties.maxLine().toBytes()) {
            log.warn(
                    "claude-pool.cli.max-line is {} MB, but with a heap of {} MB lines of the CLI may have {} MB only;"
                            + " longer ones fail their task with output-too-large. Start the service with -Xmx{}m, or set a"
                            + " smaller claude-pool.cli.max-line",
                    properties.maxLine().toMegabytes(),
                    DataSize.ofBytes(heap).toMegabytes(),
                    DataSize.ofBytes(limits.line).toMegabytes(),
                    properties.maxLine().toMegabytes() * HEAP_BY_LINE);
        }
        return limits;
    }
}

package dev.claudepool.queue;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * The queue.
 *
 * @param capacity how many tasks may wait; more are refused
 * @param maxBytes how many bytes the tasks that wait, and the chains that have not ended, may have together
 * @param ageing how long a task waits to gain one step of priority; zero for never
 */
@ConfigurationProperties("claude-pool.queue")
public record QueueProperties(
        @DefaultValue("10000") int capacity,
        @DefaultValue("256MB") DataSize maxBytes,
        @DefaultValue("1m") Duration ageing) {

    /** 35,000 years: longer than any task waits, and a thousand of them are still a {@code long} of milliseconds. */
    private static final Duration NEVER = Duration.ofMillis(1L << 50);

    private static final Duration SHORTEST_AGEING = Duration.ofMillis(1);

    public QueueProperties {
        if (capacity < 1) {
            throw new IllegalArgumentException("claude-pool.queue.capacity must be at least 1");
        }
        if (maxBytes.toBytes() < 1) {
            throw new IllegalArgumentException("claude-pool.queue.max-bytes must be more than zero");
        }
        if (!ageing.isZero() && ageing.compareTo(SHORTEST_AGEING) < 0) {
            throw new IllegalArgumentException("claude-pool.queue.ageing must be 0s or at least 1ms");
        }
    }

    /** The time in the queue that weighs as much as one step of priority. */
    Duration step() {
        return ageing.isZero() || ageing.compareTo(NEVER) > 0 ? NEVER : ageing;
    }
}

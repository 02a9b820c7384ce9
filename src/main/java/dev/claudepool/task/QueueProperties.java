package dev.claudepool.task;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The queue.
 *
 * @param capacity how many tasks may wait; more are refused
 */
@ConfigurationProperties("claude-pool.queue")
record QueueProperties(@DefaultValue("10000") int capacity) {

    QueueProperties {
        if (capacity < 1) {
            throw new IllegalArgumentException("claude-pool.queue.capacity must be at least 1");
        }
    }
}

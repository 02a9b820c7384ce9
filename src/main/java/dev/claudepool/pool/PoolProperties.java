package dev.claudepool.pool;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How many slots this node has.
 *
 * @param slots how many slots this node has, 1 to {@code maxSlots}
 * @param maxSlots the most slots it may ever have
 */
@ConfigurationProperties("claude-pool")
record PoolProperties(
        @DefaultValue("4") int slots, @DefaultValue("64") int maxSlots) {

    PoolProperties {
        if (maxSlots < 1 || maxSlots > 1024) {
            throw new IllegalArgumentException("claude-pool.max-slots must be between 1 and 1024");
        }
        if (slots < 1 || slots > maxSlots) {
            throw new IllegalArgumentException(
                    "claude-pool.slots must be between 1 and claude-pool.max-slots (" + maxSlots + ")");
        }
    }
}

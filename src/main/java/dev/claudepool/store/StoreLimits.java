package dev.claudepool.store;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * How much may be stored.
 *
 * @param maxBytes the size of the database from which on no new tasks are taken
 */
@ConfigurationProperties("claude-pool.store")
public record StoreLimits(@DefaultValue("20GB") DataSize maxBytes) {

    public StoreLimits {
        if (maxBytes.toBytes() < 1) {
            throw new IllegalArgumentException("claude-pool.store.max-bytes must be more than zero");
        }
    }
}

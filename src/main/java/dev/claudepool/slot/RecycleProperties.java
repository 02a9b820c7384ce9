package dev.claudepool.slot;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * When a process that is used for one task after the other ({@code claude-pool.isolation=conversation}) is replaced by
 * a new one.
 *
 * @param turns after so many prompts, at least 1; a process gets faster over its first hundreds
 * @param age after so long
 * @param memory when it has so much memory resident, its tools not included
 */
@ConfigurationProperties("claude-pool.recycle")
record RecycleProperties(
        @DefaultValue("1000") int turns,
        @DefaultValue("1h") Duration age,
        @DefaultValue("1GB") DataSize memory) {

    RecycleProperties {
        if (turns < 1) {
            throw new IllegalArgumentException("claude-pool.recycle.turns must be at least 1");
        }
        if (age.isNegative() || age.isZero()) {
            throw new IllegalArgumentException("claude-pool.recycle.age must be more than zero");
        }
        if (memory.toMegabytes() < 1) {
            throw new IllegalArgumentException("claude-pool.recycle.memory must be at least 1MB");
        }
    }
}

package dev.claudepool.pool;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The properties of the drain.
 *
 * @param grace how long running tasks may go on before they are interrupted
 */
@ConfigurationProperties("claude-pool.drain")
record DrainProperties(@DefaultValue("60s") Duration grace) {

    DrainProperties {
        if (grace.isNegative()) {
            throw new IllegalArgumentException("claude-pool.drain.grace must not be negative");
        }
    }
}

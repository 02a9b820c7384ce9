package dev.claudepool.store;

import java.time.Duration;
import java.time.Instant;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How long things are kept.
 *
 * @param tasks how long tasks that have ended are; zero for ever
 * @param events how long events are; zero for ever
 */
@ConfigurationProperties("claude-pool.retention")
public record RetentionProperties(
        @DefaultValue("30d") Duration tasks,
        @DefaultValue("7d") Duration events) {

    public RetentionProperties {
        notNegative(tasks, "tasks");
        notNegative(events, "events");
    }

    /** Tasks that ended before this have expired. */
    public Instant tasksBefore(Instant now) {
        return before(now, tasks);
    }

    /** Events from before this have expired. */
    public Instant eventsBefore(Instant now) {
        return before(now, events);
    }

    /** Nothing is from before 1970. */
    private static Instant before(Instant now, Duration kept) {
        boolean forEver = kept.isZero() || kept.compareTo(Duration.between(Instant.EPOCH, now)) > 0;
        return forEver ? Instant.EPOCH : now.minus(kept);
    }

    private static void notNegative(Duration kept, String name) {
        if (kept.isNegative()) {
            throw new IllegalArgumentException("claude-pool.retention." + name + " must not be negative");
        }
    }
}

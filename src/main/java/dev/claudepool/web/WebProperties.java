package dev.claudepool.web;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Limits of the HTTP interface.
 *
 * @param maxRequestSize the largest body that is read; a larger one is answered with {@code payload-too-large}: 4 MB,
 *     or less with a small heap, unless configured
 * @param headTimeout how long a client may take to send the head of a request, from its first byte or the connection on
 * @param bodyTimeout how long it may take to send the body
 * @param maxWait the longest {@code ?wait=} that is taken
 * @param maxWaits how many requests with one token may wait at once
 */
@ConfigurationProperties("claude-pool.web")
record WebProperties(
        DataSize maxRequestSize,
        @DefaultValue("10s") Duration headTimeout,
        @DefaultValue("60s") Duration bodyTimeout,
        @DefaultValue("1h") Duration maxWait,
        @DefaultValue("1000") int maxWaits) {

    private static final Duration DAY = Duration.ofDays(1);

    private static final DataSize USUAL_REQUEST = DataSize.ofMegabytes(4);

    /** @param maxRequestSize null for the default */
    WebProperties {
        maxRequestSize = HeapShare.of("claude-pool.web.max-request-size", maxRequestSize, USUAL_REQUEST);
        if (maxRequestSize.toBytes() < 1) {
            throw new IllegalArgumentException("claude-pool.web.max-request-size must be at least 1B");
        }
        range("head-timeout", headTimeout, Duration.ofMillis(100));
        range("body-timeout", bodyTimeout, Duration.ofMillis(100));
        range("max-wait", maxWait, Duration.ofSeconds(1));
        if (maxWaits < 1) {
            throw new IllegalArgumentException("claude-pool.web.max-waits must be at least 1");
        }
    }

    private static void range(String name, Duration value, Duration least) {
        if (value.compareTo(least) < 0 || value.compareTo(DAY) > 0) {
            throw new IllegalArgumentException(
                    "claude-pool.web." + name + " must be between " + least.toMillis() + "ms and 1d");
        }
    }
}

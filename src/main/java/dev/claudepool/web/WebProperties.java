package dev.claudepool.web;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Limits of the HTTP interface.
 *
 * @param maxRequestSize the largest body that is read; a larger one is answered with {@code payload-too-large}
 */
@ConfigurationProperties("claude-pool.web")
record WebProperties(@DefaultValue("4MB") DataSize maxRequestSize) {

    WebProperties {
        if (maxRequestSize.toBytes() < 1) {
            throw new IllegalArgumentException("claude-pool.web.max-request-size must be at least 1B");
        }
    }
}

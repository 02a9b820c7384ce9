package dev.claudepool.live;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * The limits of live connections.
 *
 * @param sendTimeout how long a client may leave a message unread before its connection is closed
 * @param keepAlive the silence after which an SSE client gets a comment, which also finds out that it is gone
 * @param connectTimeout how long a WebSocket may take to send a valid CONNECT
 * @param idleTimeout the silence in both directions after which a WebSocket without heart-beats is closed
 * @param maxSubscriptions the subscriptions of one WebSocket
 * @param maxFrameSize the size of one frame from a client
 */
@Validated
@ConfigurationProperties("claude-pool.live")
public record LiveProperties(
        @DefaultValue("10s") @DurationMin(millis = 100) @DurationMax(minutes = 10)
        Duration sendTimeout,

        @DefaultValue("15s") @DurationMin(millis = 100) @DurationMax(minutes = 10)
        Duration keepAlive,

        @DefaultValue("10s") @DurationMin(millis = 100) @DurationMax(minutes = 10)
        Duration connectTimeout,

        @DefaultValue("5m") @DurationMin(seconds = 1) Duration idleTimeout,
        @DefaultValue("64") @Min(1) @Max(10_000) int maxSubscriptions,
        @DefaultValue("16KB") @NotNull DataSize maxFrameSize) {}

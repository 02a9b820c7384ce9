package dev.claudepool.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.util.unit.DataSize;

class LivePropertiesTest {

    @Test
    void defaults() {
        assertThat(bind(Map.of()))
                .isEqualTo(new LiveProperties(
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(15),
                        Duration.ofSeconds(10),
                        Duration.ofMinutes(5),
                        64,
                        DataSize.ofKilobytes(16)));
    }

    @Test
    void names() {
        assertThat(bind(Map.of(
                        "claude-pool.live.send-timeout", "1s",
                        "claude-pool.live.keep-alive", "2s",
                        "claude-pool.live.connect-timeout", "3s",
                        "claude-pool.live.idle-timeout", "4s",
                        "claude-pool.live.max-subscriptions", "5",
                        "claude-pool.live.max-frame-size", "6KB")))
                .isEqualTo(new LiveProperties(
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(3),
                        Duration.ofSeconds(4),
                        5,
                        DataSize.ofKilobytes(6)));
    }

    private static LiveProperties bind(Map<String, String> properties) {
        return new Binder(new MapConfigurationPropertySource(properties))
                .bindOrCreate("claude-pool.live", LiveProperties.class);
    }
}

package dev.claudepool.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class RetentionPropertiesTest {

    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

    @Test
    void defaults() {
        assertThat(bind(Map.of())).isEqualTo(new RetentionProperties(Duration.ofDays(30), Duration.ofDays(7)));
    }

    @Test
    void names() {
        assertThat(bind(Map.of("claude-pool.retention.tasks", "1h", "claude-pool.retention.events", "0s")))
                .isEqualTo(new RetentionProperties(Duration.ofHours(1), Duration.ZERO));
    }

    @ParameterizedTest
    @ValueSource(strings = {"tasks", "events"})
    void refusesWhatIsNegative(String name) {
        assertThatThrownBy(() -> bind(Map.of("claude-pool.retention." + name, "-1s")))
                .hasRootCauseMessage("claude-pool.retention." + name + " must not be negative");
    }

    @Test
    void whatIsOlderHasExpired() {
        RetentionProperties retention = new RetentionProperties(Duration.ofDays(1), Duration.ofHours(1));

        assertThat(retention.tasksBefore(NOW)).isEqualTo("2026-01-01T03:04:05Z");
        assertThat(retention.eventsBefore(NOW)).isEqualTo("2026-01-02T02:04:05Z");
    }

    @Test
    void nothingExpiresWhereItIsKeptForEverOrLongerThanTimeItself() {
        RetentionProperties retention = new RetentionProperties(Duration.ZERO, Duration.ofSeconds(Long.MAX_VALUE));

        assertThat(retention.tasksBefore(NOW)).isEqualTo(Instant.EPOCH);
        assertThat(retention.eventsBefore(NOW)).isEqualTo(Instant.EPOCH);
    }

    private static RetentionProperties bind(Map<String, String> properties) {
        return new Binder(new MapConfigurationPropertySource(properties))
                .bindOrCreate("claude-pool.retention", RetentionProperties.class);
    }
}

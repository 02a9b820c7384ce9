package dev.claudepool.queue;

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
import org.springframework.util.unit.DataSize;

class QueuePropertiesTest {

    @Test
    void defaults() {
        assertThat(bind(Map.of()))
                .isEqualTo(new QueueProperties(10_000, DataSize.ofMegabytes(256), Duration.ofMinutes(1)));
    }

    @Test
    void names() {
        assertThat(bind(Map.of("claude-pool.queue.capacity", "3", "claude-pool.queue.ageing", "5s")))
                .isEqualTo(new QueueProperties(3, DataSize.ofMegabytes(256), Duration.ofSeconds(5)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1s", "-1ns", "1us"})
    void refusesAnAgeingThatIsNegativeOrTooShortToBeCounted(String ageing) {
        assertThatThrownBy(() -> bind(Map.of("claude-pool.queue.ageing", ageing)))
                .hasRootCauseMessage("claude-pool.queue.ageing must be 0s or at least 1ms");
    }

    @Test
    void aStepWithoutAgeingWeighsMoreThanAnyWaitAndAThousandOfThemDoNotOverflow() {
        for (Duration ageing : new Duration[] {Duration.ZERO, Duration.ofSeconds(Long.MAX_VALUE)}) {
            long step = new QueueProperties(1, DataSize.ofMegabytes(256), ageing)
                    .step()
                    .toMillis();

            assertThat(step).isGreaterThan(Instant.parse("9999-01-01T00:00:00Z").toEpochMilli());
            assertThat(Math.addExact(Math.multiplyExact(1000, step), step)).isPositive();
        }
    }

    private static QueueProperties bind(Map<String, String> properties) {
        return new Binder(new MapConfigurationPropertySource(properties))
                .bindOrCreate("claude-pool.queue", QueueProperties.class);
    }
}

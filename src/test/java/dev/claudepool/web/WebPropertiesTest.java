package dev.claudepool.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.util.unit.DataSize;

class WebPropertiesTest {

    @Test
    void hasDefaults() {
        assertThat(bind(Map.of()))
                .isEqualTo(new WebProperties(
                        DataSize.ofMegabytes(4),
                        Duration.ofSeconds(10),
                        Duration.ofMinutes(1),
                        Duration.ofHours(1),
                        1000));
    }

    @Test
    void readsItsNames() {
        assertThat(bind(Map.of(
                        "claude-pool.web.max-request-size", "1MB",
                        "claude-pool.web.head-timeout", "1s",
                        "claude-pool.web.body-timeout", "2s",
                        "claude-pool.web.max-wait", "3s",
                        "claude-pool.web.max-waits", "4")))
                .isEqualTo(new WebProperties(
                        DataSize.ofMegabytes(1),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(3),
                        4));
    }

    @ParameterizedTest
    @CsvSource({
        "max-request-size, 0",
        "head-timeout, 0s",
        "body-timeout, 2d",
        "max-wait, 0s",
        "max-wait, 25h",
        "max-waits, 0"
    })
    void refusesLimitsThatMakeNoSense(String name, String value) {
        assertThatThrownBy(() -> bind(Map.of("claude-pool.web." + name, value))).isInstanceOf(BindException.class);
    }

    @Test
    void refusesRequestsThatTheHeapCannotHold() {
        assertThatThrownBy(() -> bind(Map.of("claude-pool.web.max-request-size", "1TB")))
                .rootCause()
                .hasMessageStartingWith("claude-pool.web.max-request-size must be at most");
    }

    private static WebProperties bind(Map<String, String> properties) {
        return new Binder(new MapConfigurationPropertySource(properties))
                .bindOrCreate("claude-pool.web", WebProperties.class);
    }
}

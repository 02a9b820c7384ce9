package dev.claudepool.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.util.unit.DataSize;

class WebPropertiesTest {

    @Test
    void hasDefaults() {
        assertThat(bind(Map.of())).isEqualTo(new WebProperties(DataSize.ofMegabytes(4)));
    }

    @Test
    void readsItsNames() {
        assertThat(bind(Map.of("claude-pool.web.max-request-size", "1MB")))
                .isEqualTo(new WebProperties(DataSize.ofMegabytes(1)));
    }

    @Test
    void refusesALimitOfNothing() {
        assertThatThrownBy(() -> bind(Map.of("claude-pool.web.max-request-size", "0")))
                .isInstanceOf(BindException.class);
    }

    private static WebProperties bind(Map<String, String> properties) {
        return new Binder(new MapConfigurationPropertySource(properties))
                .bindOrCreate("claude-pool.web", WebProperties.class);
    }
}

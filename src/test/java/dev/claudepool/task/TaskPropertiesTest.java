package dev.claudepool.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.util.unit.DataSize;

class TaskPropertiesTest {

    @Test
    void defaults() {
        assertThat(bind(Map.of())).isEqualTo(new TaskProperties(Duration.ofMinutes(30), 0, DataSize.ofMegabytes(10)));
    }

    @Test
    void names() {
        assertThat(bind(Map.of(
                        "claude-pool.task.timeout", "1s",
                        "claude-pool.task.retries", "2",
                        "claude-pool.task.max-output", "3KB")))
                .isEqualTo(new TaskProperties(Duration.ofSeconds(1), 2, DataSize.ofKilobytes(3)));
    }

    @Test
    void refusesToKeepNothingOfAnAnswer() {
        assertThatThrownBy(() -> bind(Map.of("claude-pool.task.max-output", "0B")))
                .hasRootCauseMessage("claude-pool.task.max-output must be more than zero");
    }

    @Test
    void refusesAnswersThatTheHeapCannotServe() {
        assertThatThrownBy(() -> bind(Map.of("claude-pool.task.max-output", "1TB")))
                .rootCause()
                .hasMessageStartingWith("claude-pool.task.max-output must be at most");
    }

    private static TaskProperties bind(Map<String, String> properties) {
        return new Binder(new MapConfigurationPropertySource(properties))
                .bindOrCreate("claude-pool.task", TaskProperties.class);
    }
}

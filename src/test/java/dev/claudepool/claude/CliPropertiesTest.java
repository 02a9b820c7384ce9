package dev.claudepool.claude;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.unit.DataSize;

class CliPropertiesTest {

    private final ApplicationContextRunner runner = new ApplicationContextRunner().withUserConfiguration(Enabled.class);

    @Test
    void defaults() {
        assertThat(bind())
                .isEqualTo(new CliProperties(
                        null,
                        CliProperties.Install.NEVER,
                        null,
                        null,
                        List.of(),
                        Map.of(),
                        "none",
                        Duration.ofSeconds(60),
                        Duration.ofMinutes(2),
                        Duration.ofMinutes(15),
                        Duration.ofSeconds(5),
                        DataSize.ofMegabytes(64)));
    }

    @Test
    void names() {
        assertThat(bind(
                        "path=/opt/claude",
                        "install=if-missing",
                        "config-dir=/etc/claude",
                        "user=pool",
                        "additional-dirs=/srv/a,/srv/b",
                        "environment.[API_TIMEOUT_MS]=1000",
                        "setting-sources=user,project",
                        "start-timeout=1s",
                        "first-byte-timeout=2s",
                        "silence-timeout=3s",
                        "stop-grace=4s",
                        "max-line=5MB"))
                .isEqualTo(new CliProperties(
                        Path.of("/opt/claude"),
                        CliProperties.Install.IF_MISSING,
                        Path.of("/etc/claude"),
                        "pool",
                        List.of(Path.of("/srv/a"), Path.of("/srv/b")),
                        Map.of("API_TIMEOUT_MS", "1000"),
                        "user,project",
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(3),
                        Duration.ofSeconds(4),
                        DataSize.ofMegabytes(5)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "start-timeout=0s",
                "first-byte-timeout=0s",
                "silence-timeout=-1s",
                "stop-grace=0s",
                "max-line=2GB",
                "max-line=1B",
                "setting-sources=",
                "setting-sources=user,none",
                "environment.[GIT_CONFIG_COUNT]=many"
            })
    void badValuesAreRefused(String property) {
        assertThatThrownBy(() -> bind(property)).hasStackTraceContaining("claude-pool.cli");
    }

    @Test
    void valuesOfTheEnvironmentAreNotPrinted() {
        assertThat(bind("environment.SECRET=hush").toString())
                .contains("SECRET")
                .doesNotContain("hush");
    }

    private CliProperties bind(String... properties) {
        CliProperties[] bound = new CliProperties[1];
        ApplicationContextRunner configured = runner;
        for (String property : properties) {
            configured = configured.withPropertyValues("claude-pool.cli." + property);
        }
        configured.run(context -> bound[0] = context.getBean(CliProperties.class));
        return bound[0];
    }

    @Configuration(proxyBeanMethods = false)
    @EnableConfigurationProperties(CliProperties.class)
    static class Enabled {}
}

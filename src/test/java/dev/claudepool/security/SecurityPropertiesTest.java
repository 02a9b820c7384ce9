package dev.claudepool.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class SecurityPropertiesTest {

    @Test
    void hasDefaults() {
        assertThat(bind(Map.of())).isEqualTo(new SecurityProperties(null, null, List.of(), List.of()));
    }

    @Test
    void readsItsNames() {
        assertThat(bind(Map.of(
                        "claude-pool.security.token", "open-sesame",
                        "claude-pool.security.allowed-origins", "https://A.example,http://localhost:3000",
                        "claude-pool.security.allowed-hosts", "pool.example")))
                .isEqualTo(new SecurityProperties(
                        "open-sesame",
                        null,
                        List.of("https://a.example", "http://localhost:3000"),
                        List.of("pool.example")));
    }

    @Test
    void anEmptyTokenIsNone() {
        assertThat(bind(Map.of("claude-pool.security.token", "")).configuredToken())
                .isEmpty();
    }

    @Test
    void readsTheNameOfTheTokenFile() {
        assertThat(bind(Map.of("claude-pool.security.token-file", "/run/secrets/token"))
                        .configuredTokenFile())
                .contains(Path.of("/run/secrets/token"));
    }

    @Test
    void refusesATokenBesideATokenFile() {
        assertThatThrownBy(() -> bind(Map.of(
                        "claude-pool.security.token", "open-sesame", "claude-pool.security.token-file", "token")))
                .isInstanceOf(BindException.class)
                .hasRootCauseMessage(
                        "claude-pool.security.token and claude-pool.security.token-file exclude each other");
    }

    @Test
    void hidesTheToken() {
        assertThat(bind(Map.of("claude-pool.security.token", "open-sesame")).toString())
                .doesNotContain("sesame");
    }

    @ParameterizedTest
    @ValueSource(strings = {"*", "https://*.example", "dash.example", "https://dash.example/path", "null"})
    void refusesWhatIsNoOrigin(String origin) {
        assertThatThrownBy(() -> bind(Map.of("claude-pool.security.allowed-origins", origin)))
                .isInstanceOf(BindException.class);
    }

    private static SecurityProperties bind(Map<String, String> properties) {
        return new Binder(new MapConfigurationPropertySource(properties))
                .bindOrCreate("claude-pool.security", SecurityProperties.class);
    }
}

package dev.claudepool;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

class UnknownPropertyCheckTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "claude-pool.data-dir",
                "claude-pool.dataDir",
                "claude-pool.data_dir",
                "CLAUDE-POOL.DATA-DIR",
                "claude-pool.security.allowed-hosts",
                "claude-pool.security.allowed-hosts[0]",
                "claude-pools.anything",
                "other.claude-pool.anything",
                "spring.application.name"
            })
    void letsPass(String name) {
        assertThatCode(() -> check(new MapPropertySource("test", Map.of(name, "hush"))))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource({
        "claude-pool.datadir2, claude-pool.data-dir",
        "claude-pool.data-dirs, claude-pool.data-dir",
        "claude-pool.security.tokn, claude-pool.security.token",
        "claude-pool.security.alowed-hosts[0], claude-pool.security.allowed-hosts",
        "claudePool.web.maxRequestsize2, claude-pool.web.max-request-size",
    })
    void refusesAndSuggestsTheNearest(String name, String nearest) {
        assertThatThrownBy(() -> check(new MapPropertySource("test", Map.of(name, "hush"))))
                .isInstanceOf(UnknownPropertyException.class)
                .hasMessageContaining("did you mean " + nearest + "?")
                .message()
                .doesNotContain("hush");
    }

    @Test
    void suggestsNothingFarFetched() {
        assertThatThrownBy(() -> check(new MapPropertySource("test", Map.of("claude-pool.xyzzy", "hush"))))
                .isInstanceOf(UnknownPropertyException.class)
                .message()
                .doesNotContain("did you mean");
    }

    @Test
    void refusesWhatIsBelowAPropertyThatIsNoMap() {
        assertThatThrownBy(() -> check(new MapPropertySource("test", Map.of("claude-pool.data-dir.x", "hush"))))
                .isInstanceOf(UnknownPropertyException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CLAUDEPOOL_DATADIR",
                "CLAUDEPOOL_SECURITY_ALLOWEDHOSTS",
                "CLAUDEPOOL_SECURITY_ALLOWEDHOSTS_0",
                "CLAUDE_POOL_DATA_DIR",
                "CLAUDE_POOL_TOKEN",
                "CLAUDEPOOL"
            })
    void letsEnvironmentVariablesPass(String name) {
        assertThatCode(() -> check(environmentVariable(name))).doesNotThrowAnyException();
    }

    @Test
    void refusesEnvironmentVariables() {
        assertThatThrownBy(() -> check(environmentVariable("CLAUDEPOOL_SECURITY_TOKE")))
                .isInstanceOf(UnknownPropertyException.class)
                .hasMessageContaining("CLAUDEPOOL_SECURITY_TOKE")
                .hasMessageContaining("did you mean claude-pool.security.token?");
    }

    private static SystemEnvironmentPropertySource environmentVariable(String name) {
        return new SystemEnvironmentPropertySource(
                StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, Map.of(name, "hush"));
    }

    private static void check(MapPropertySource properties) {
        StandardEnvironment environment = new StandardEnvironment();
        environment.getPropertySources().addFirst(properties);
        try (GenericApplicationContext context = new GenericApplicationContext()) {
            context.setEnvironment(environment);
            context.setClassLoader(UnknownPropertyCheckTest.class.getClassLoader());
            new UnknownPropertyCheck().initialize(context);
        }
    }
}

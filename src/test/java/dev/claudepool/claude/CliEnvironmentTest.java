package dev.claudepool.claude;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.util.unit.DataSize;

class CliEnvironmentTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PATH",
                "HOME",
                "LC_ALL",
                "ANTHROPIC_API_KEY",
                "CLAUDE_CODE_MAX_RETRIES",
                "https_proxy",
                "NODE_EXTRA_CA_CERTS"
            })
    void whatTheCliNeedsIsPassedOn(String name) {
        assertThat(environment(Map.of(name, "x"))).containsEntry(name, "x");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "JAVA_HOME",
                "SPRING_DATASOURCE_PASSWORD",
                "CLAUDE_POOL_SECURITY_TOKEN",
                "AWS_SECRET_ACCESS_KEY",
                "CLAUDECODE",
                "CLAUDE_CODE_CHILD_SESSION",
                "CLAUDE_CODE_SESSION_ID",
                "CLAUDE_CODE_ENTRYPOINT",
                "CLAUDE_CODE_MESSAGING_SOCKET",
                "CLAUDE_CODE_MESSAGING_TOKEN",
                "CLAUDE_PID"
            })
    void nothingElseIs(String name) {
        assertThat(environment(Map.of(name, "x"))).doesNotContainKey(name);
    }

    @Test
    void credentialsOfAProviderArePassedOnWhereItIsUsed() {
        assertThat(environment(Map.of("CLAUDE_CODE_USE_BEDROCK", "1", "AWS_REGION", "x", "GOOGLE_CLOUD_PROJECT", "y")))
                .containsEntry("AWS_REGION", "x")
                .doesNotContainKey("GOOGLE_CLOUD_PROJECT");
    }

    @Test
    void theCliSendsNothingAboutItsUseAndDoesNotUpdateItself() {
        assertThat(environment(Map.of()))
                .containsEntry("CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC", "1")
                .containsEntry("DISABLE_TELEMETRY", "1")
                .containsEntry("DISABLE_AUTOUPDATER", "1");
    }

    @Test
    void theConfigurationHasTheLastWord() {
        assertThat(environment(Map.of("ANTHROPIC_BASE_URL", "x"))).containsEntry("ANTHROPIC_BASE_URL", "configured");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CLAUDE_CODE_DISABLE_CRON",
                "CLAUDE_CODE_DISABLE_BACKGROUND_TASKS",
                "CLAUDE_CODE_DISABLE_AUTO_MEMORY"
            })
    void nothingCanLetTheCliActOrRememberBeyondATask(String name) {
        assertThat(environment(Map.of(name, ""), Map.of(name, ""))).containsEntry(name, "1");
    }

    @Test
    void aConfigurationDirectoryInTheEnvironmentIsNotUsed() {
        assertThat(environment(Map.of("CLAUDE_CONFIG_DIR", "x"), Map.of("CLAUDE_CONFIG_DIR", "y")))
                .containsEntry("CLAUDE_CONFIG_DIR", "/etc/claude");
    }

    @Test
    void gitRunsNoProgramsOfARepository() {
        assertThat(environment(Map.of()))
                .containsEntry("GIT_CONFIG_COUNT", "2")
                .containsEntry("GIT_CONFIG_KEY_0", "core.fsmonitor")
                .containsEntry("GIT_CONFIG_VALUE_0", "false")
                .containsEntry("GIT_CONFIG_KEY_1", "core.hooksPath")
                .containsEntry("GIT_CONFIG_VALUE_1", "/dev/null");
    }

    @Test
    void configuredSettingsOfGitStay() {
        Map<String, String> configured =
                Map.of("GIT_CONFIG_COUNT", "1", "GIT_CONFIG_KEY_0", "user.name", "GIT_CONFIG_VALUE_0", "pool");

        assertThat(environment(Map.of(), configured))
                .containsAllEntriesOf(Map.of("GIT_CONFIG_KEY_0", "user.name", "GIT_CONFIG_VALUE_0", "pool"))
                .containsEntry("GIT_CONFIG_COUNT", "3")
                .containsEntry("GIT_CONFIG_KEY_1", "core.fsmonitor")
                .containsEntry("GIT_CONFIG_KEY_2", "core.hooksPath");
    }

    private static Map<String, String> environment(Map<String, String> own) {
        return environment(own, Map.of("ANTHROPIC_BASE_URL", "configured"));
    }

    private static Map<String, String> environment(Map<String, String> own, Map<String, String> configured) {
        CliProperties properties = new CliProperties(
                null,
                CliProperties.Install.NEVER,
                Path.of("/etc/claude"),
                null,
                List.of(),
                configured,
                "none",
                Duration.ofSeconds(1),
                Duration.ofSeconds(1),
                Duration.ofSeconds(1),
                Duration.ofSeconds(1),
                DataSize.ofMegabytes(1));
        return new CliEnvironment(properties, Path.of("/etc/claude"), Optional.empty(), own).withoutCookie();
    }
}

package dev.claudepool.claude;

import dev.claudepool.process.Cookie;
import dev.claudepool.process.OsUser;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

/** Makes the environment of a {@code claude} process: nothing of the service's own but what is listed here. */
final class CliEnvironment {

    private static final Set<String> NAMES = Set.of(
            "PATH",
            "HOME",
            "USER",
            "LOGNAME",
            "SHELL",
            "LANG",
            "LANGUAGE",
            "TZ",
            "TMPDIR",
            "HTTP_PROXY",
            "HTTPS_PROXY",
            "ALL_PROXY",
            "NO_PROXY",
            "http_proxy",
            "https_proxy",
            "all_proxy",
            "no_proxy",
            "SSL_CERT_FILE",
            "SSL_CERT_DIR",
            "NODE_EXTRA_CA_CERTS",
            "NODE_TLS_REJECT_UNAUTHORIZED");

    /** The variables by which a {@code claude} sees that it runs inside another one. */
    private static final Set<String> OF_AN_OUTER_CLAUDE = Set.of(
            "CLAUDE_CODE_CHILD_SESSION",
            "CLAUDE_CODE_SESSION_ID",
            "CLAUDE_CODE_ENTRYPOINT",
            "CLAUDE_CODE_SSE_PORT",
            "CLAUDE_CODE_MESSAGING_SOCKET",
            "CLAUDE_CODE_MESSAGING_TOKEN");

    /**
     * The variables that no configuration overrides: the CLI acts in its turns only, and keeps no memory for the next
     * task.
     */
    private static final Map<String, String> FORCED = Map.of(
            "CLAUDE_CODE_DISABLE_CRON", "1",
            "CLAUDE_CODE_DISABLE_BACKGROUND_TASKS", "1",
            "CLAUDE_CODE_DISABLE_AUTO_MEMORY", "1");

    /** The directory of a session's transcript; the CLI lets a task read all that is in the same one. */
    private static final String PROJECT = "CLAUDE_CODE_PROJECT_DIR_NAME";

    private static final Set<String> PREFIXES = Set.of("LC_", "ANTHROPIC_", "CLAUDE_CODE_");

    /** Variables that only one provider needs, by the variable that chooses it. */
    private static final Map<String, Set<String>> OF_PROVIDERS = Map.of(
            "CLAUDE_CODE_USE_BEDROCK", Set.of("AWS_"),
            "CLAUDE_CODE_USE_VERTEX", Set.of("GOOGLE_", "GCLOUD_", "VERTEX_REGION_", "CLOUD_ML_"),
            "CLAUDE_CODE_USE_FOUNDRY", Set.of("AZURE_"));

    /** The variables that keep git from running the programs that a repository's configuration names. */
    private static final List<Map.Entry<String, String>> GIT_SETTINGS =
            List.of(Map.entry("core.fsmonitor", "false"), Map.entry("core.hooksPath", "/dev/null"));

    private final Map<String, String> common;

    /**
     * @param configDirectory the CLI's
     * @param user as whom the processes run, if not as the service's own user
     */
    CliEnvironment(CliProperties properties, Path configDirectory, Optional<OsUser> user, Map<String, String> own) {
        Map<String, String> common = new TreeMap<>();
        own.forEach((name, value) -> {
            if (isPassedOn(name, own)) {
                common.put(name, value);
            }
        });
        user.ifPresent(other -> common.putAll(other.environment()));
        common.put("CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC", "1");
        common.put("DISABLE_TELEMETRY", "1");
        common.put("DISABLE_AUTOUPDATER", "1");
        common.putAll(properties.environment());
        common.put("CLAUDE_CONFIG_DIR", configDirectory.toString());
        common.putAll(FORCED);
        appendGitSettings(common);
        this.common = Map.copyOf(common);
    }

    Map<String, String> withoutCookie() {
        return common;
    }

    Map<String, String> with(Cookie cookie, UUID session) {
        Map<String, String> environment = new TreeMap<>(common);
        environment.put(Cookie.VARIABLE, cookie.value());
        environment.put(PROJECT, session.toString());
        return environment;
    }

    /** After those that are configured, since git obeys the last of several. */
    private static void appendGitSettings(Map<String, String> environment) {
        int count = Integer.parseInt(environment.getOrDefault(CliProperties.GIT_CONFIG_COUNT, "0"));
        for (Map.Entry<String, String> setting : GIT_SETTINGS) {
            environment.put("GIT_CONFIG_KEY_" + count, setting.getKey());
            environment.put("GIT_CONFIG_VALUE_" + count, setting.getValue());
            count++;
        }
        environment.put(CliProperties.GIT_CONFIG_COUNT, Integer.toString(count));
    }

    private static boolean isPassedOn(String name, Map<String, String> own) {
        return !OF_AN_OUTER_CLAUDE.contains(name)
                && (NAMES.contains(name)
                        || PREFIXES.stream().anyMatch(name::startsWith)
                        || OF_PROVIDERS.entrySet().stream()
                                .filter(provider -> own.containsKey(provider.getKey()))
                                .anyMatch(
                                        provider -> provider.getValue().stream().anyMatch(name::startsWith)));
    }
}

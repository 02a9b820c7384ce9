package dev.claudepool.claude;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

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
            "CLAUDE_CONFIG_DIR",
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

    /** What tells a {@code claude} that it runs inside another one. */
    private static final Set<String> OF_AN_OUTER_CLAUDE = Set.of(
            "CLAUDE_CODE_CHILD_SESSION", "CLAUDE_CODE_SESSION_ID", "CLAUDE_CODE_ENTRYPOINT", "CLAUDE_CODE_SSE_PORT");

    private static final Set<String> PREFIXES = Set.of("LC_", "ANTHROPIC_", "CLAUDE_CODE_");

    /** Variables that only one provider needs, by the variable that chooses it. */
    private static final Map<String, Set<String>> OF_PROVIDERS = Map.of(
            "CLAUDE_CODE_USE_BEDROCK", Set.of("AWS_"),
            "CLAUDE_CODE_USE_VERTEX", Set.of("GOOGLE_", "GCLOUD_", "VERTEX_REGION_", "CLOUD_ML_"),
            "CLAUDE_CODE_USE_FOUNDRY", Set.of("AZURE_"));

    private final Map<String, String> common;

    /** @param user as whom the processes run, if not as the service's own user */
    CliEnvironment(CliProperties properties, Optional<OsUser> user, Map<String, String> own) {
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
        properties.configDirectory(user).ifPresent(directory -> common.put("CLAUDE_CONFIG_DIR", directory.toString()));
        common.putAll(properties.environment());
        this.common = Map.copyOf(common);
    }

    Map<String, String> withoutCookie() {
        return common;
    }

    Map<String, String> with(Cookie cookie) {
        Map<String, String> environment = new TreeMap<>(common);
        environment.put(Cookie.VARIABLE, cookie.value());
        return environment;
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

package dev.claudepool.security;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Who may use this instance, and under which names.
 *
 * @param token the admin token, of at least 32 characters. Everybody on the machine can read it if it is an argument of
 *     the command line
 * @param tokenFile a file with the admin token, alone or as the line {@code Authorization: Bearer <token>}; made when
 *     missing. Without {@code token} and {@code tokenFile}, a token is made at the first start and shown on the
 *     terminal
 * @param allowedOrigins web origins other than the service's own whose pages may call it, such as
 *     {@code https://dash.example.org}
 * @param allowedHosts host names, without port, by which clients may address the service, besides localhost
 */
@ConfigurationProperties("claude-pool.security")
record SecurityProperties(
        @Nullable String token,
        @Nullable Path tokenFile,
        @DefaultValue List<String> allowedOrigins,
        @DefaultValue List<String> allowedHosts) {

    private static final Pattern ORIGIN = Pattern.compile("https?://[^/*\\s]+");

    SecurityProperties {
        allowedOrigins = lowerCase(allowedOrigins);
        allowedHosts = lowerCase(allowedHosts);
        if (token != null && !token.isBlank() && tokenFile != null) {
            throw new IllegalArgumentException(
                    "claude-pool.security.token and claude-pool.security.token-file" + " exclude each other");
        }
        if (!allowedOrigins.stream().allMatch(origin -> ORIGIN.matcher(origin).matches())) {
            throw new IllegalArgumentException("claude-pool.security.allowed-origins takes origins without path or"
                    + " wildcard, such as https://dash.example.org");
        }
    }

    Optional<String> configuredToken() {
        return Optional.ofNullable(token).filter(text -> !text.isBlank());
    }

    Optional<Path> configuredTokenFile() {
        return Optional.ofNullable(tokenFile);
    }

    private static List<String> lowerCase(List<String> names) {
        return names.stream().map(name -> name.toLowerCase(Locale.ROOT)).toList();
    }

    @Override
    public String toString() {
        return "SecurityProperties[allowedOrigins=" + allowedOrigins + ", allowedHosts=" + allowedHosts + "]";
    }
}

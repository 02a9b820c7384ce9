package dev.claudepool.security;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;

/** Decides which web pages may call the service: its own, and those of the allowed origins. Thread-safe. */
public class OriginPolicy {

    private final Set<String> allowed;

    OriginPolicy(List<String> allowedOrigins) {
        this.allowed = allowedOrigins.stream().map(OriginPolicy::normal).collect(Collectors.toUnmodifiableSet());
    }

    /**
     * Returns whether the request comes from no page at all (it has no {@code Origin}), or from one that may call us.
     */
    public boolean allows(HttpServletRequest request) {
        return Collections.list(request.getHeaders(HttpHeaders.ORIGIN)).stream()
                .allMatch(origin -> allows(origin, request.getScheme(), request.getHeader(HttpHeaders.HOST)));
    }

    /**
     * Returns whether a page of {@code origin} may call us.
     *
     * @param origin the {@code Origin} header, or null when there is none
     * @param scheme the scheme by which we are called, {@code http} or {@code https}
     * @param host the {@code Host} header, with its port
     */
    public boolean allows(@Nullable String origin, String scheme, @Nullable String host) {
        return origin == null
                || allowed.contains(normal(origin))
                || normal(origin).equals(normal(scheme + "://" + host));
    }

    private static String normal(String origin) {
        String lower = origin.toLowerCase(Locale.ROOT);
        if (lower.startsWith("http://") && lower.endsWith(":80")) {
            return lower.substring(0, lower.length() - ":80".length());
        }
        if (lower.startsWith("https://") && lower.endsWith(":443")) {
            return lower.substring(0, lower.length() - ":443".length());
        }
        return lower;
    }
}

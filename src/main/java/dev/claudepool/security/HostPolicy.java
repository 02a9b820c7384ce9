package dev.claudepool.security;

import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Decides which {@code Host} headers are answered. A page whose name was re-bound to our address (DNS rebinding) sends
 * its own name, which is none of ours.
 *
 * @param any whether every name is fine
 * @param names the fine ones else, in lower case
 */
record HostPolicy(boolean any, Set<String> names) {

    private static final Pattern PORT = Pattern.compile(":\\d*$");
    private static final List<String> LOOPBACK = List.of("localhost", "127.0.0.1", "[::1]");

    /** Restricts nothing when the service is bound to a public address and nobody said which names it has. */
    static HostPolicy of(@Nullable InetAddress boundTo, List<String> allowedHosts) {
        boolean loopback = boundTo != null && boundTo.isLoopbackAddress();
        return new HostPolicy(
                !loopback && allowedHosts.isEmpty(),
                Stream.concat(LOOPBACK.stream(), allowedHosts.stream())
                        .map(HostPolicy::name)
                        .collect(Collectors.toUnmodifiableSet()));
    }

    boolean allows(@Nullable String host) {
        return any || (host != null && names.contains(name(host)));
    }

    private static String name(String host) {
        return PORT.matcher(host.toLowerCase(Locale.ROOT)).replaceFirst("");
    }
}

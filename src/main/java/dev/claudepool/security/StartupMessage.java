package dev.claudepool.security;

import java.net.InetAddress;
import java.util.Optional;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.web.server.Ssl;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.context.event.EventListener;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/**
 * Prints a command that works as it stands, once the service answers. It goes to standard output and not to the log,
 * because at the first start it holds the token.
 */
@Component
class Greeting {

    private final AdminToken token;
    private final ServerProperties server;

    Greeting(AdminToken token, ServerProperties server) {
        this.token = token;
        this.server = server;
    }

    @EventListener
    void ready(ApplicationReadyEvent event) {
        text(event.getApplicationContext().getEnvironment()).ifPresent(System.out::println);
    }

    /** Empty when there is no web server. */
    Optional<String> text(Environment environment) {
        return Optional.ofNullable(environment.getProperty("local.server.port"))
                .map(port -> scheme() + "://" + host() + ":" + port + contextPath())
                .map(url -> """

                        claude-pool is ready: %1$s
                        %2$s
                          curl -s %1$s/api/v1/run -H "Authorization: Bearer %3$s" -H 'Content-Type: application/json' -d '{"prompt":"Say hello"}'
                        """.formatted(url, explanation(), bearer()));
    }

    private String explanation() {
        return switch (token) {
            case AdminToken.Configured configured -> "With the token of claude-pool.security.token:";
            case AdminToken.Created created -> "Its admin token, shown this once, is kept in " + created.file() + ":";
            case AdminToken.Kept kept -> "Its admin token is in " + kept.file() + ":";
        };
    }

    private String bearer() {
        return switch (token) {
            case AdminToken.Configured configured -> "$CLAUDE_POOL_TOKEN";
            case AdminToken.Created created -> created.value().value();
            case AdminToken.Kept kept -> "$(cat '" + kept.file() + "')";
        };
    }

    private String scheme() {
        return Ssl.isEnabled(server.getSsl()) ? "https" : "http";
    }

    private String host() {
        InetAddress address = server.getAddress();
        if (address == null || address.isAnyLocalAddress()) {
            return "127.0.0.1";
        }
        String text = address.getHostAddress();
        return text.contains(":") ? "[" + text + "]" : text;
    }

    private String contextPath() {
        String path = server.getServlet().getContextPath();
        return path == null ? "" : path;
    }
}

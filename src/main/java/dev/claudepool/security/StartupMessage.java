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
 * because it holds a token that was just made; that happens only where standard output is a terminal.
 */
@Component
class StartupMessage {

    private final AdminToken token;
    private final TokenHashFile hashFile;
    private final ServerProperties server;

    StartupMessage(AdminToken token, TokenHashFile hashFile, ServerProperties server) {
        this.token = token;
        this.hashFile = hashFile;
        this.server = server;
    }

    /** Keeps the hash of a new token only now: a start that failed before has shown nobody the token. */
    @EventListener
    void ready(ApplicationReadyEvent event) {
        Optional<String> text = text(event.getApplicationContext().getEnvironment());
        if (token instanceof AdminToken.Created created && text.isPresent()) {
            hashFile.write(created.hash());
        }
        text.ifPresent(System.out::println);
    }

    /** Empty when there is no web server. */
    Optional<String> text(Environment environment) {
        return Optional.ofNullable(environment.getProperty("local.server.port"))
                .map(port -> scheme() + "://" + host() + ":" + port + contextPath())
                .map(url -> """

                        claude-pool is ready: %1$s
                        %2$s
                          curl -s %1$s/api/v1/run %3$s
                        """.formatted(url, explanation(), arguments()));
    }

    private String explanation() {
        return switch (token) {
            case AdminToken.Configured _ -> "With the token of claude-pool.security.token:";
            case AdminToken.InFile inFile -> "Its admin token is in " + inFile.file() + ":";
            case AdminToken.Created _ -> "Its admin token is shown this once. Keep it: the service keeps only a hash.";
            case AdminToken.Kept _ ->
                "With the admin token that its first start showed (delete " + hashFile.path()
                        + " and restart for a new one):";
        };
    }

    /** The token comes from a file or from standard input: everybody on the machine can read arguments. */
    private String arguments() {
        String body = "-H 'Content-Type: application/json' -d '{\"prompt\":\"Say hello\"}'";
        return switch (token) {
            case AdminToken.InFile inFile when inFile.header() -> "-H @'" + inFile.file() + "' " + body;
            case AdminToken.InFile inFile ->
                fromInput(body, "\"Authorization: Bearer $(cat '" + inFile.file() + "')\"");
            case AdminToken.Created(var value) -> fromInput(body, "'Authorization: Bearer " + value.value() + "'");
            case AdminToken.Configured _, AdminToken.Kept _ ->
                fromInput(body, "\"Authorization: Bearer $CLAUDE_POOL_TOKEN\"");
        };
    }

    private static String fromInput(String body, String header) {
        return "-H @- " + body + " <<< " + header;
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

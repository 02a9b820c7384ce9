package dev.claudepool.web;

import dev.claudepool.problem.ProblemCode;
import dev.claudepool.problem.ProblemException;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Bounds for how long a client may let the service wait, and how many of its requests may wait at once. Thread-safe.
 */
@Component
public class ClientWaits {

    /** How long a client waits that does not say, where it came to wait. */
    public static final Duration USUAL = Duration.ofSeconds(60);

    private static final Duration RETRY = Duration.ofSeconds(5);

    private final WebProperties properties;
    private final Map<String, Integer> waiting = new ConcurrentHashMap<>();

    ClientWaits(WebProperties properties) {
        this.properties = properties;
    }

    /**
     * Begins a wait; the caller closes it. A wait of no time is not counted.
     *
     * @param asked what the client asked for
     * @param otherwise what holds when it asked for nothing
     * @throws ProblemException when it asks for more than is allowed, or too many of its requests wait already
     */
    public ClientWait begin(HttpServletRequest request, @Nullable Duration asked, Duration otherwise) {
        Duration most = properties.maxWait();
        if (asked != null && asked.compareTo(most) > 0) {
            throw ProblemException.invalid("wait", "must be at most " + most);
        }
        Duration wait = asked != null ? asked : otherwise.compareTo(most) > 0 ? most : otherwise;
        if (wait.isZero()) {
            return ClientWait.uncounted(wait);
        }
        String client = String.valueOf(request.getRemoteUser());
        int count = waiting.merge(client, 1, Integer::sum);
        if (count > properties.maxWaits()) {
            end(client);
            throw new ProblemException(
                            ProblemCode.TOO_MANY_WAITS,
                            "With one token, " + properties.maxWaits() + " requests may wait at once and no more")
                    .withRetryAfter(RETRY);
        }
        return new ClientWait(wait, gone(request), () -> end(client));
    }

    private void end(String client) {
        waiting.computeIfPresent(client, (_, count) -> count == 1 ? null : count - 1);
    }

    private static BooleanSupplier gone(HttpServletRequest request) {
        return request.getAttribute(GuardedProtocol.CLIENT_IS_GONE) instanceof BooleanSupplier gone
                ? gone
                : () -> false;
    }
}

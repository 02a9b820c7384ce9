package dev.claudepool.stomp;

import dev.claudepool.event.EventFilter;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;

/** The STOMP destinations that can be subscribed to. */
class Topic {

    static final String KNOWN =
            "/topic/events, /topic/live, /topic/pool, /topic/tasks/{id}, /topic/chains/{id}, /topic/fan-outs/{id}";

    private Topic() {}

    /** The events that {@code destination} carries; empty when there is no such destination. */
    static Optional<EventFilter> filterOf(String destination) {
        return switch (destination) {
            case "/topic/events" -> Optional.of(new EventFilter.All());
            case "/topic/live" -> Optional.of(new EventFilter.Selected(Set.of(), List.of(), true));
            case "/topic/pool" -> Optional.of(new EventFilter.OfPool());
            default ->
                of(destination, "/topic/tasks/", EventFilter.OfTask::new)
                        .or(() -> of(destination, "/topic/chains/", EventFilter.OfChain::new))
                        .or(() -> of(destination, "/topic/fan-outs/", EventFilter.OfFanOut::new));
        };
    }

    private static Optional<EventFilter> of(String destination, String prefix, Function<UUID, EventFilter> filter) {
        return destination.startsWith(prefix)
                ? uuid(destination.substring(prefix.length())).map(filter)
                : Optional.empty();
    }

    /** Only the canonical form: Java would also take {@code 1-1-1-1-1}. */
    private static Optional<UUID> uuid(String text) {
        try {
            UUID id = UUID.fromString(text);
            return id.toString().equalsIgnoreCase(text) ? Optional.of(id) : Optional.empty();
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }
}

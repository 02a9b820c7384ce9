package dev.claudepool.event;

/** The data of an event: a record of the feature that publishes it, which becomes its {@code data} in JSON. */
public interface EventData {

    EventType type();

    /** Returns whether the subject of the event has ended with it. */
    default boolean ends() {
        return false;
    }
}

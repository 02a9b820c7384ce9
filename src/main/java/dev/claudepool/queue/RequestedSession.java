package dev.claudepool.queue;

import java.util.UUID;

/** The conversation that a task wants to be in. */
public sealed interface RequestedSession {

    /** A new one. */
    record Fresh() implements RequestedSession {}

    /** The slot's own. */
    record OfSlot() implements RequestedSession {}

    /** One that exists. */
    record Existing(UUID sessionId) implements RequestedSession {}

    /** The one in which an earlier attempt of the same task was cut off; a new one, should it not have got that far. */
    record Interrupted(UUID sessionId) implements RequestedSession {}

    /** That of a task which never had one. */
    record Gone() implements RequestedSession {}
}

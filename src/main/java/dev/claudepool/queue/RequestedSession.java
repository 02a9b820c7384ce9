package dev.claudepool.queue;

import java.util.UUID;

/** The session that a task asks for. */
public sealed interface RequestedSession {

    /** A new one. */
    record Fresh() implements RequestedSession {}

    /** The slot's own. */
    record OfSlot() implements RequestedSession {}

    /** A session that exists. */
    record Existing(UUID sessionId) implements RequestedSession {}

    /** The session in which an earlier attempt of the task was interrupted; a new one, where that never began. */
    record Interrupted(UUID sessionId) implements RequestedSession {}

    /** The session of a task that never had one. */
    record Gone() implements RequestedSession {}
}

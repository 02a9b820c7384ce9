package dev.claudepool.claude;

import java.util.UUID;

/** The session in which a process starts. */
public sealed interface SessionStart {

    UUID id();

    /** A new session, under an id of our choice. */
    record Fresh(UUID id) implements SessionStart {}

    /** An existing session; no other process may work in it. */
    record Resume(UUID id) implements SessionStart {}
}

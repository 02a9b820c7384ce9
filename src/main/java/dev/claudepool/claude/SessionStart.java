package dev.claudepool.claude;

import java.util.UUID;

/** The conversation with which a process starts. */
public sealed interface SessionStart {

    UUID id();

    /** A new conversation under an id of our choice. */
    record Fresh(UUID id) implements SessionStart {}

    /** A conversation that is to go on; no other process may be working on it. */
    record Resume(UUID id) implements SessionStart {}
}

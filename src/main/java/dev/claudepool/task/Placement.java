package dev.claudepool.task;

import java.util.UUID;

/** Where a task runs: a slot, and the id of the conversation that the attempt will be in. */
public record Placement(String slotId, UUID sessionId) {}

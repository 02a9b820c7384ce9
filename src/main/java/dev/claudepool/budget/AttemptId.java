package dev.claudepool.budget;

import java.util.UUID;

/**
 * Names one attempt at a task.
 *
 * @param epoch counts how often a slot took the task, from 1
 */
public record AttemptId(UUID taskId, int epoch) {}

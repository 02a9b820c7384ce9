package dev.claudepool.slot;

import dev.claudepool.budget.Money;
import dev.claudepool.task.TaskConfig;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A slot as clients see it.
 *
 * @param since when it came into this state
 * @param config what its tasks are carried out with, unless they say otherwise; of MCP servers only the names
 * @param sessionId the slot's own session
 * @param restarts how often a process of it died or did not start
 */
public record SlotView(
        String id,
        SlotState.Name state,
        Instant since,
        @Nullable String name,
        @Nullable String role,
        @Nullable String description,
        TaskConfig config,
        int activeTasks,
        @Nullable UUID currentTaskId,
        long tasksCompleted,
        Money spentUsd,
        @Nullable UUID sessionId,
        @Nullable String worktree,
        int restarts) {}

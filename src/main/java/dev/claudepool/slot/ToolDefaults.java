package dev.claudepool.slot;

import dev.claudepool.claude.PermissionMode;
import dev.claudepool.task.McpServers;
import dev.claudepool.task.TaskConfig;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import tools.jackson.databind.node.ObjectNode;

/** What the model may do, where neither the task nor its slot sets a value. Immutable. */
@ConfigurationProperties("claude-pool")
class ToolDefaults {

    private final TaskConfig config;

    /**
     * @param permissionMode what tools may do without asking, unless a task says otherwise
     * @param allowedTools tools that need no permission, unless a task says otherwise
     * @param disallowedTools tools that no task may use
     * @param mcpServers MCP servers that every task may use: a JSON object in the form of {@code .mcp.json}
     * @throws IllegalArgumentException when a value cannot be used
     */
    ToolDefaults(
            @DefaultValue("plan") PermissionMode permissionMode,
            @Nullable List<String> allowedTools,
            @Nullable List<String> disallowedTools,
            @Nullable String mcpServers) {
        ObjectNode servers = TaskDefaults.document(mcpServers, "mcp-servers");
        this.config = TaskDefaults.verified(new TaskConfig(
                null,
                null,
                permissionMode,
                null,
                allowedTools,
                disallowedTools,
                null,
                servers == null ? null : McpServers.defined(servers),
                null,
                null,
                null));
    }

    TaskConfig config() {
        return config;
    }
}

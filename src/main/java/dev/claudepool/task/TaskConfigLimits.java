package dev.claudepool.task;

import dev.claudepool.claude.PermissionMode;
import dev.claudepool.problem.FieldRules;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the {@link TaskConfig} of a request may ask for: models, system prompt, permissions, tools and MCP servers. The
 * defaults leave nothing that starts a program or writes a file. Immutable.
 */
@ConfigurationProperties("claude-pool.task")
class TaskConfigLimits {

    private final Mcp mcpServers;
    private final ObjectNode configuredServers;
    private final List<PermissionMode> permissionModes;
    private final List<ToolRule> allowedTools;
    private final List<String> models;
    private final boolean systemPrompt;

    /**
     * @param mcpServers which MCP servers a task may bring: {@code none}, those that {@code mcp-config} lists, or
     *     {@code any}, which lets it start any program
     * @param mcpConfig a file in the form of {@code .mcp.json} with the servers that tasks may name
     * @param permissionModes the permission modes that a task may ask for
     * @param allowedTools the rules that a task's own {@code allowedTools} must not go beyond; {@code *} for no limit
     * @param models the models that a task may ask for; none for any
     * @param systemPrompt whether a task may append to the system prompt
     * @throws IllegalArgumentException when a value cannot be used
     */
    TaskConfigLimits(
            @DefaultValue("none") Mcp mcpServers,
            @Nullable String mcpConfig,
            @DefaultValue({"plan", "default", "dontAsk"}) List<PermissionMode> permissionModes,
            @DefaultValue({"Read", "Glob", "Grep", "LS", "NotebookRead", "TodoWrite", "WebSearch"})
                    List<String> allowedTools,
            @DefaultValue List<String> models,
            @DefaultValue("true") boolean systemPrompt) {
        this.mcpServers = mcpServers;
        this.configuredServers = ConfiguredMcpServers.read(mcpConfig);
        this.permissionModes = List.copyOf(permissionModes);
        this.allowedTools = allowedTools.stream().map(ToolRule::new).toList();
        this.models = List.copyOf(models);
        this.systemPrompt = systemPrompt;
        this.allowedTools.stream().filter(rule -> !rule.isValid()).findFirst().ifPresent(rule -> {
            throw new IllegalArgumentException("claude-pool.task.allowed-tools must be *, or rules such as Read,"
                    + " Bash(git *) or mcp__server__*; this is none: " + rule);
        });
        if (mcpServers == Mcp.LISTED && configuredServers.isEmpty()) {
            throw new IllegalArgumentException(
                    "claude-pool.task.mcp-servers=listed needs claude-pool.task.mcp-config, the file that lists them");
        }
    }

    /** The MCP servers that a task may bring. */
    enum Mcp {
        /** None. */
        NONE,
        /** Only the servers that the pool has configured for tasks, by their names. */
        LISTED,
        /** Any, with their definitions, too. */
        ANY
    }

    /** Adds the limits that {@code config} exceeds to {@code rules}. */
    void check(TaskConfig config, FieldRules rules) {
        model(config.model(), "model", rules);
        model(config.fallbackModel(), "fallbackModel", rules);
        if (config.permissionMode() != null) {
            rules.require(
                    permissionModes.contains(config.permissionMode()),
                    "permissionMode",
                    "must be one of "
                            + permissionModes.stream()
                                    .map(PermissionMode::cliName)
                                    .collect(Collectors.joining(", "))
                            + TaskLimits.inBrackets("permission-modes"));
        }
        rules.require(
                config.systemPrompt() == null || systemPrompt,
                "systemPrompt",
                "must be left out" + TaskLimits.inBrackets("system-prompt"));
        List<String> tools = config.allowedTools() == null ? List.of() : config.allowedTools();
        for (int i = 0; i < tools.size(); i++) {
            String tool = tools.get(i);
            rules.require(
                    allowedTools.stream().anyMatch(rule -> rule.covers(tool)),
                    "allowedTools[" + i + "]",
                    "must not go beyond " + allowedTools + TaskLimits.inBrackets("allowed-tools"));
        }
        servers(config.mcpServers(), rules);
    }

    private void model(@Nullable String model, String field, FieldRules rules) {
        if (model != null && !models.isEmpty()) {
            rules.require(
                    models.contains(model),
                    field,
                    "must be one of " + String.join(", ", models) + TaskLimits.inBrackets("models"));
        }
    }

    private void servers(@Nullable McpServers servers, FieldRules rules) {
        if (servers == null) {
            return;
        }
        switch (mcpServers) {
            case NONE ->
                rules.require(
                        servers.names().isEmpty() && servers.definitions().isEmpty(),
                        "mcpServers",
                        "must be left out" + TaskLimits.inBrackets("mcp-servers"));
            case LISTED ->
                rules.require(
                        servers.definitions().isEmpty(),
                        "mcpServers",
                        "must be an array of names" + TaskLimits.inBrackets("mcp-servers"));
            case ANY -> {}
        }
    }

    /** Adds the servers that {@code config} names, and nobody has configured, to {@code rules}. */
    void checkServers(TaskConfig config, FieldRules rules) {
        List<String> names =
                config.mcpServers() == null ? List.of() : config.mcpServers().names();
        for (int i = 0; i < names.size(); i++) {
            rules.require(
                    configuredServers.has(names.get(i)),
                    "mcpServers[" + i + "]",
                    "must be the name of a server in the file claude-pool.task.mcp-config");
        }
    }

    /** Returns the definitions of all these servers; one that is not configured any more is left out. */
    @Nullable
    ObjectNode definitions(@Nullable McpServers servers) {
        return servers == null ? null : servers.definedBy(configuredServers);
    }
}

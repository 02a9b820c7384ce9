package dev.claudepool.task;

import dev.claudepool.claude.PermissionMode;
import dev.claudepool.problem.FieldRules;
import dev.claudepool.problem.ProblemException;
import dev.claudepool.security.Caller;
import dev.claudepool.security.Role;
import java.math.BigDecimal;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a request may ask for: its tasks run as the service's user, so that whoever may submit could otherwise do
 * whatever that user can. The defaults leave nothing that starts a program or writes a file. What the operator sets as
 * the pool's own defaults is not limited. Immutable.
 */
@ConfigurationProperties("claude-pool.task")
public class TaskLimits {

    private final Mcp mcpServers;
    private final ObjectNode configuredServers;
    private final List<PermissionMode> permissionModes;
    private final List<ToolRule> allowedTools;
    private final List<String> models;
    private final @Nullable BigDecimal maxBudgetUsd;
    private final int maxPriority;
    private final boolean slashCommands;
    private final boolean systemPrompt;
    private final boolean foreignSessions;
    private final Set<Role> unrestrictedRoles;

    /**
     * @param mcpServers which MCP servers a task may bring: {@code none}, those that {@code mcp-config} lists, or
     *     {@code any}, which lets it start any program
     * @param mcpConfig a file in the form of {@code .mcp.json} with the servers that tasks may name
     * @param permissionModes the permission modes that a task may ask for
     * @param allowedTools the rules that a task's own {@code allowedTools} must not go beyond; {@code *} for no limit
     * @param models the models that a task may ask for; none for any
     * @param maxBudgetUsd the most that a task may ask for, in USD; no limit when absent
     * @param maxPriority the highest priority that a task may ask for
     * @param slashCommands whether a task may ask that its prompt is run as a command
     * @param systemPrompt whether a task may append to the system prompt
     * @param foreignSessions whether a task may go on in a session that the pool does not know, such as the operator's
     *     own
     * @param unrestrictedRoles the roles whose bearers these limits do not bind
     * @throws IllegalArgumentException when a value cannot be used
     */
    TaskLimits(
            @DefaultValue("none") Mcp mcpServers,
            @Nullable String mcpConfig,
            @DefaultValue({"plan", "default", "dontAsk"}) List<PermissionMode> permissionModes,
            @DefaultValue({"Read", "Glob", "Grep", "LS", "NotebookRead", "TodoWrite", "WebSearch"})
                    List<String> allowedTools,
            @DefaultValue List<String> models,
            @Nullable BigDecimal maxBudgetUsd,
            @DefaultValue("1000") int maxPriority,
            @DefaultValue("false") boolean slashCommands,
            @DefaultValue("true") boolean systemPrompt,
            @DefaultValue("false") boolean foreignSessions,
            @DefaultValue Set<Role> unrestrictedRoles) {
        this.mcpServers = mcpServers;
        this.configuredServers = ConfiguredMcpServers.read(mcpConfig);
        this.permissionModes = List.copyOf(permissionModes);
        this.allowedTools = allowedTools.stream().map(ToolRule::new).toList();
        this.models = List.copyOf(models);
        this.maxBudgetUsd = maxBudgetUsd;
        this.maxPriority = maxPriority;
        this.slashCommands = slashCommands;
        this.systemPrompt = systemPrompt;
        this.foreignSessions = foreignSessions;
        this.unrestrictedRoles = Set.copyOf(unrestrictedRoles);
        this.allowedTools.stream().filter(rule -> !rule.isValid()).findFirst().ifPresent(rule -> {
            throw new IllegalArgumentException("claude-pool.task.allowed-tools must be *, or rules such as Read,"
                    + " Bash(git *) or mcp__server__*; this is none: " + rule);
        });
        if (mcpServers == Mcp.LISTED && configuredServers.isEmpty()) {
            throw new IllegalArgumentException(
                    "claude-pool.task.mcp-servers=listed needs claude-pool.task.mcp-config, the file that lists them");
        }
        if (maxBudgetUsd != null && maxBudgetUsd.signum() <= 0) {
            throw new IllegalArgumentException("claude-pool.task.max-budget-usd must be more than 0");
        }
        if (maxPriority < -1000 || maxPriority > 1000) {
            throw new IllegalArgumentException("claude-pool.task.max-priority must be between -1000 and 1000");
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

    /** Returns whether the limits do not bind the caller. */
    public boolean exempt(Caller caller) {
        return !Collections.disjoint(caller.roles(), unrestrictedRoles);
    }

    /** Returns whether they bind everybody. */
    public boolean bindAll() {
        return unrestrictedRoles.isEmpty();
    }

    public boolean allowsForeignSessions() {
        return foreignSessions;
    }

    /** Adds the limits that {@code spec} exceeds to {@code rules}. */
    public void check(TaskSpec spec, FieldRules rules) {
        check(spec.config(), rules);
        BigDecimal budget = spec.maxBudgetUsd();
        if (budget != null && maxBudgetUsd != null) {
            rules.require(
                    budget.compareTo(maxBudgetUsd) <= 0,
                    "maxBudgetUsd",
                    "must be at most " + maxBudgetUsd + limit("max-budget-usd"));
        }
        rules.require(
                spec.priority() <= maxPriority, "priority", "must be at most " + maxPriority + limit("max-priority"));
        rules.require(
                !spec.slashCommands() || slashCommands, "slashCommands", "must be false" + limit("slash-commands"));
    }

    /** Adds the limits that {@code config} exceeds to {@code rules}. */
    public void check(TaskConfig config, FieldRules rules) {
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
                            + limit("permission-modes"));
        }
        rules.require(
                config.systemPrompt() == null || systemPrompt,
                "systemPrompt",
                "must be left out" + limit("system-prompt"));
        List<String> tools = config.allowedTools() == null ? List.of() : config.allowedTools();
        for (int i = 0; i < tools.size(); i++) {
            String tool = tools.get(i);
            rules.require(
                    allowedTools.stream().anyMatch(rule -> rule.covers(tool)),
                    "allowedTools[" + i + "]",
                    "must not go beyond " + allowedTools + limit("allowed-tools"));
        }
        servers(config.mcpServers(), rules);
    }

    private void model(@Nullable String model, String field, FieldRules rules) {
        if (model != null && !models.isEmpty()) {
            rules.require(
                    models.contains(model), field, "must be one of " + String.join(", ", models) + limit("models"));
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
                        "must be left out" + limit("mcp-servers"));
            case LISTED ->
                rules.require(
                        servers.definitions().isEmpty(),
                        "mcpServers",
                        "must be an array of names" + limit("mcp-servers"));
            case ANY -> {}
        }
    }

    /**
     * Refuses a configuration that is more than the caller may ask for, or names what is not there.
     *
     * @throws ProblemException {@code forbidden} or {@code validation-failed}, with the fields below {@code field}
     */
    public void verify(TaskConfig config, String field, Caller caller) {
        FieldRules exceeded = new FieldRules(field + ".");
        if (!exempt(caller)) {
            check(config, exceeded);
        }
        if (!exceeded.errors().isEmpty()) {
            throw ProblemException.forbidden(exceeded.errors());
        }
        FieldRules unknown = new FieldRules(field + ".");
        checkServers(config, unknown);
        unknown.verify();
    }

    private static String limit(String property) {
        return " (claude-pool.task." + property + ")";
    }

    /** Adds the servers that {@code config} names, and nobody has configured, to {@code rules}. */
    public void checkServers(TaskConfig config, FieldRules rules) {
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
    public @Nullable ObjectNode definitions(@Nullable McpServers servers) {
        return servers == null ? null : servers.definedBy(configuredServers);
    }
}

package dev.claudepool.task;

import dev.claudepool.claude.Effort;
import dev.claudepool.claude.PermissionMode;
import dev.claudepool.problem.FieldRules;
import dev.claudepool.problem.ProblemException;
import io.swagger.v3.oas.annotations.media.ArraySchema;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * How a task is carried out. The pool, a slot and a task may each have one; what the task's leaves open is taken from
 * the slot's, and then from the pool's, which are its defaults. Immutable.
 *
 * @param model the model's name or alias; null for the default
 * @param effort how much thinking; null for the default
 * @param permissionMode what tools may do without asking; null for the default
 * @param systemPrompt text appended to the CLI's own system prompt, after identity and shared context; null for the
 *     default
 * @param allowedTools tools that need no permission, in the CLI's notation; null for the default
 * @param disallowedTools tools that are taken away, besides those which slot and pool take away, in the CLI's notation
 * @param maxTurns the most model turns, 1 to 10,000; null for the default
 * @param mcpServers MCP servers besides those of slot and pool: an array of names, or definitions as in
 *     {@code .mcp.json}
 * @param fallbackModel the model to use while the wanted one is overloaded; null for the default
 * @param outputSchema the JSON schema of the structured output; null for the default
 * @param timeout the longest an attempt may take, PT1S to PT24H; null for the default
 */
public record TaskConfig(
        @Schema(pattern = TaskConfigRules.MODEL_PATTERN) @Nullable
        String model,

        @Nullable Effort effort,
        @Nullable PermissionMode permissionMode,

        @Schema(maxLength = TaskConfigRules.MOST_SYSTEM_PROMPT) @Nullable
        String systemPrompt,

        @ArraySchema(maxItems = TaskConfigRules.MOST_TOOLS, schema = @Schema(pattern = TaskConfigRules.TOOL_PATTERN))
        @Nullable
        List<String> allowedTools,

        @ArraySchema(maxItems = TaskConfigRules.MOST_TOOLS, schema = @Schema(pattern = TaskConfigRules.TOOL_PATTERN))
        @Nullable
        List<String> disallowedTools,

        @Schema(minimum = "1", maximum = "" + TaskConfigRules.MOST_TURNS) @Nullable
        Integer maxTurns,

        @Nullable McpServers mcpServers,

        @Schema(pattern = TaskConfigRules.MODEL_PATTERN) @Nullable
        String fallbackModel,

        @Nullable ObjectNode outputSchema,
        @Nullable Duration timeout) {

    /** Leaves everything open. */
    public static final TaskConfig EMPTY =
            new TaskConfig(null, null, null, null, null, null, null, null, null, null, null);

    /** @throws ProblemException when a list holds null */
    public TaskConfig {
        allowedTools = FieldRules.copyOf(allowedTools, "allowedTools");
        disallowedTools = FieldRules.copyOf(disallowedTools, "disallowedTools");
    }

    /**
     * Returns this config completed by {@code general}. What is set here wins, with two exceptions: what is disallowed
     * anywhere is disallowed, and MCP servers are put together, where this one's win by name.
     */
    public TaskConfig over(TaskConfig general) {
        return new TaskConfig(
                first(model, general.model),
                first(effort, general.effort),
                first(permissionMode, general.permissionMode),
                first(systemPrompt, general.systemPrompt),
                first(allowedTools, general.allowedTools),
                union(general.disallowedTools, disallowedTools),
                first(maxTurns, general.maxTurns),
                merged(general.mcpServers, mcpServers),
                first(fallbackModel, general.fallbackModel),
                first(outputSchema, general.outputSchema),
                first(timeout, general.timeout));
    }

    /** Returns a copy with only the names of the MCP servers: how they are reached may hold secrets. */
    public TaskConfig withoutSecrets() {
        return mcpServers == null ? this : with(mcpServers.withoutSecrets());
    }

    private TaskConfig with(McpServers otherServers) {
        return new TaskConfig(
                model,
                effort,
                permissionMode,
                systemPrompt,
                allowedTools,
                disallowedTools,
                maxTurns,
                otherServers,
                fallbackModel,
                outputSchema,
                timeout);
    }

    /** Returns what is other here than in {@code before}; the rest is left open. */
    public TaskConfig changedFrom(TaskConfig before) {
        return new TaskConfig(
                changed(before.model, model),
                changed(before.effort, effort),
                changed(before.permissionMode, permissionMode),
                changed(before.systemPrompt, systemPrompt),
                changed(before.allowedTools, allowedTools),
                changed(before.disallowedTools, disallowedTools),
                changed(before.maxTurns, maxTurns),
                changed(before.mcpServers, mcpServers),
                changed(before.fallbackModel, fallbackModel),
                changed(before.outputSchema, outputSchema),
                changed(before.timeout, timeout));
    }

    private static <T> @Nullable T changed(@Nullable T before, @Nullable T after) {
        return Objects.equals(before, after) ? null : after;
    }

    private static <T> @Nullable T first(@Nullable T specific, @Nullable T general) {
        return specific == null ? general : specific;
    }

    private static @Nullable List<String> union(@Nullable List<String> some, @Nullable List<String> others) {
        if (some == null || others == null) {
            return first(some, others);
        }
        return Stream.concat(some.stream(), others.stream()).distinct().toList();
    }

    private static @Nullable McpServers merged(@Nullable McpServers general, @Nullable McpServers specific) {
        return general == null || specific == null ? first(specific, general) : specific.over(general);
    }

    /** Leaves out the texts, which may hold secrets. */
    @Override
    public String toString() {
        return "TaskConfig[model=" + model + ", effort=" + effort + ", permissionMode=" + permissionMode + "]";
    }
}

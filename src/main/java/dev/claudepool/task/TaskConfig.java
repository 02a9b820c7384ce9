package dev.claudepool.task;

import dev.claudepool.claude.Effort;
import dev.claudepool.claude.PermissionMode;
import dev.claudepool.web.FieldRules;
import dev.claudepool.web.ProblemException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * How tasks are carried out, as far as the pool, a slot and a task may each say: what one of them leaves open, the more
 * general one decides. Immutable.
 *
 * @param model a model's name or alias
 * @param effort how much thinking
 * @param permissionMode what tools may do without asking
 * @param systemPrompt text appended to the CLI's own system prompt, after identity and shared context
 * @param allowedTools tools that need no permission, in the CLI's notation
 * @param disallowedTools tools that are taken away, in the CLI's notation
 * @param maxTurns the most model turns, at least 1
 * @param mcpServers MCP servers by name, in the form of {@code .mcp.json}
 * @param fallbackModel the model to use while the wanted one is overloaded
 * @param outputSchema the JSON schema of the structured output
 * @param timeout the longest an attempt may take
 */
public record TaskConfig(
        @Nullable String model,
        @Nullable Effort effort,
        @Nullable PermissionMode permissionMode,
        @Nullable String systemPrompt,
        @Nullable List<String> allowedTools,
        @Nullable List<String> disallowedTools,
        @Nullable Integer maxTurns,
        @Nullable ObjectNode mcpServers,
        @Nullable String fallbackModel,
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
     * This, completed by what {@code general} says. What is named here wins, with two exceptions: what is disallowed
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

    /** This with nothing of its MCP servers but their names: how they are reached may hold secrets. */
    public TaskConfig withoutSecrets() {
        if (mcpServers == null) {
            return this;
        }
        ObjectNode names = JsonNodeFactory.instance.objectNode();
        mcpServers.propertyNames().forEach(names::putObject);
        return new TaskConfig(
                model,
                effort,
                permissionMode,
                systemPrompt,
                allowedTools,
                disallowedTools,
                maxTurns,
                names,
                fallbackModel,
                outputSchema,
                timeout);
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

    private static @Nullable ObjectNode merged(@Nullable ObjectNode general, @Nullable ObjectNode specific) {
        if (general == null || specific == null) {
            return first(specific, general);
        }
        return JsonNodeFactory.instance.objectNode().setAll(general).setAll(specific);
    }

    /** Leaves out the texts, which may hold secrets. */
    @Override
    public String toString() {
        return "TaskConfig[model=" + model + ", effort=" + effort + ", permissionMode=" + permissionMode + "]";
    }
}

package dev.claudepool.slot;

import dev.claudepool.claude.Effort;
import dev.claudepool.claude.PermissionMode;
import dev.claudepool.problem.FieldRules;
import dev.claudepool.task.McpServers;
import dev.claudepool.task.TaskConfig;
import dev.claudepool.task.TaskConfigRules;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The defaults of tasks, where neither the task nor its slot sets a value. */
@ConfigurationProperties("claude-pool")
class TaskDefaultsProperties {

    private static final JsonMapper JSON = new JsonMapper();

    private final TaskConfig config;

    /**
     * @param model the model, unless a task says otherwise; null for the CLI's own default
     * @param effort how much thinking, unless a task says otherwise; null for the CLI's own default
     * @param permissionMode what tools may do without asking, unless a task says otherwise
     * @param systemPrompt text appended to the CLI's own system prompt, unless a task says otherwise
     * @param allowedTools tools that need no permission, unless a task says otherwise
     * @param disallowedTools tools that no task may use
     * @param maxTurns the most model turns, unless a task says otherwise
     * @param mcpServers MCP servers that every task may use: a JSON object in the form of {@code .mcp.json}
     * @param fallbackModel the model to use while the other is overloaded, unless a task says otherwise
     * @param outputSchema the JSON schema of every answer, unless a task says otherwise
     * @throws IllegalArgumentException when a value cannot be used
     */
    TaskDefaultsProperties(
            @Nullable String model,
            @Nullable Effort effort,
            @DefaultValue("plan") PermissionMode permissionMode,
            @Nullable String systemPrompt,
            @Nullable List<String> allowedTools,
            @Nullable List<String> disallowedTools,
            @Nullable Integer maxTurns,
            @Nullable String mcpServers,
            @Nullable String fallbackModel,
            @Nullable String outputSchema) {
        this.config = new TaskConfig(
                model,
                effort,
                permissionMode,
                systemPrompt,
                allowedTools,
                disallowedTools,
                maxTurns,
                servers(document(mcpServers, "mcp-servers")),
                fallbackModel,
                document(outputSchema, "output-schema"),
                null);
        FieldRules rules = new FieldRules("");
        TaskConfigRules.check(config, rules);
        rules.errors().stream().findFirst().ifPresent(error -> {
            throw new IllegalArgumentException("claude-pool." + kebab(error.field()) + " " + error.message());
        });
    }

    TaskConfig config() {
        return config;
    }

    private static @Nullable McpServers servers(@Nullable ObjectNode definitions) {
        return definitions == null ? null : McpServers.defined(definitions);
    }

    private static @Nullable ObjectNode document(@Nullable String text, String property) {
        if (text == null || text.isBlank()) {
            return null;
        }
        try {
            if (JSON.readTree(text) instanceof ObjectNode document) {
                return document;
            }
        } catch (JacksonException e) {
            // Its message would quote the text, which may hold secrets.
        }
        throw new IllegalArgumentException("claude-pool." + property + " must be a JSON object");
    }

    private static String kebab(String field) {
        return field.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }
}

package dev.claudepool.pool;

import dev.claudepool.claude.Effort;
import dev.claudepool.claude.PermissionMode;
import dev.claudepool.task.TaskConfig;
import dev.claudepool.task.TaskConfigRules;
import dev.claudepool.web.FieldRules;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The pool and the defaults of its slots.
 *
 * @param slots how many slots this node has, 1 to {@code maxSlots}
 * @param maxSlots the most slots it may ever have
 * @param workingDir where the processes work; the current directory, unless set
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
 * @param isolation how tasks are kept apart
 */
@ConfigurationProperties("claude-pool")
record PoolProperties(
        @DefaultValue("4") int slots,
        @DefaultValue("64") int maxSlots,
        @DefaultValue("") String workingDir,
        @Nullable String model,
        @Nullable Effort effort,
        @DefaultValue("plan") PermissionMode permissionMode,
        @Nullable String systemPrompt,
        @Nullable List<String> allowedTools,
        @Nullable List<String> disallowedTools,
        @Nullable Integer maxTurns,
        @Nullable String mcpServers,
        @Nullable String fallbackModel,
        @Nullable String outputSchema,
        @DefaultValue("process") Isolation isolation) {

    private static final JsonMapper JSON = new JsonMapper();

    PoolProperties {
        if (maxSlots < 1 || maxSlots > 1024) {
            throw new IllegalArgumentException("claude-pool.max-slots must be between 1 and 1024");
        }
        if (slots < 1 || slots > maxSlots) {
            throw new IllegalArgumentException(
                    "claude-pool.slots must be between 1 and claude-pool.max-slots (" + maxSlots + ")");
        }
        workingDir = Path.of(workingDir).toAbsolutePath().normalize().toString();
        if (!Files.isDirectory(Path.of(workingDir))) {
            throw new IllegalArgumentException(
                    "claude-pool.working-dir " + workingDir + " is not a directory; create it or set another");
        }
        FieldRules rules = new FieldRules("");
        TaskConfigRules.check(
                new TaskConfig(
                        model,
                        effort,
                        permissionMode,
                        systemPrompt,
                        allowedTools,
                        disallowedTools,
                        maxTurns,
                        document(mcpServers, "mcp-servers"),
                        fallbackModel,
                        document(outputSchema, "output-schema"),
                        null),
                rules);
        rules.errors().stream().findFirst().ifPresent(error -> {
            throw new IllegalArgumentException("claude-pool." + kebab(error.field()) + " " + error.message());
        });
    }

    /** What these are to tasks and slots that leave them open. */
    TaskConfig config() {
        return new TaskConfig(
                model,
                effort,
                permissionMode,
                systemPrompt,
                allowedTools,
                disallowedTools,
                maxTurns,
                document(mcpServers, "mcp-servers"),
                fallbackModel,
                document(outputSchema, "output-schema"),
                null);
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

    /**
     * {@code workingDir}, absolute. As a {@code Path} property, Spring would look for it in the servlet context first.
     */
    Path workingDirectory() {
        return Path.of(workingDir);
    }

    /** How tasks are kept apart. */
    enum Isolation {
        /** A task with a fresh session gets a process that has done nothing before. */
        PROCESS,
        /** It gets one that was told to forget what it did before. */
        CONVERSATION
    }
}

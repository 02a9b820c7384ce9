package dev.claudepool.task;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.claudepool.budget.Money;
import dev.claudepool.claude.Effort;
import dev.claudepool.claude.PermissionMode;
import dev.claudepool.problem.FieldRules;
import dev.claudepool.problem.ProblemException;
import io.swagger.v3.oas.annotations.media.Schema;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a client asks for: one prompt and how to carry it out; all but the prompt may be left out. It is also what the
 * store keeps.
 *
 * @param prompt literal text for the model, never run as a command unless {@code slashCommands}
 * @param model the model; null for the default of the slot or pool
 * @param effort how much thinking; null for the default
 * @param permissionMode what tools may do without asking; null for the default
 * @param systemPrompt text appended to the CLI's own system prompt; null for the default
 * @param allowedTools tools that need no permission, in the CLI's notation; null for the default
 * @param disallowedTools tools that are taken away, besides those which slot and pool take away
 * @param maxBudgetUsd the most an attempt of this task may spend, in USD; null for {@code claude-pool.budget.task-usd}
 * @param maxTurns the most model turns; null for the default
 * @param mcpServers MCP servers besides others: an array of names, or definitions as in {@code .mcp.json}
 * @param fallbackModel the model to use while the wanted one is overloaded; null for the default
 * @param timeout the longest an attempt may take; null for the default
 * @param priority higher is claimed earlier; equal priorities go by age
 * @param session {@code fresh}, {@code slot}, a session id, or the id of the task to follow up
 * @param sessionFallback what to do when the conversation to go on in is gone
 * @param slot the only slot that may run it
 * @param role the role a slot must have to run it
 * @param outputSchema the JSON schema of the structured output; null for the default
 * @param tags labels to find it by
 * @param retries how many more attempts after a retryable failure; null for {@code claude-pool.task.retries}
 * @param slashCommands whether a prompt such as {@code /compact} is run as a command
 */
@Schema(requiredProperties = "prompt")
public record TaskSpec(
        String prompt,
        @Nullable String model,
        @Nullable Effort effort,
        @Nullable PermissionMode permissionMode,
        @Nullable String systemPrompt,
        @Nullable List<String> allowedTools,
        @Nullable List<String> disallowedTools,
        @Nullable BigDecimal maxBudgetUsd,
        @Nullable Integer maxTurns,

        @Schema(types = {"object", "array"}) @Nullable McpServers mcpServers,

        @Nullable String fallbackModel,
        @Nullable Duration timeout,
        int priority,
        String session,
        SessionFallback sessionFallback,
        @Nullable String slot,
        @Nullable String role,
        @Nullable ObjectNode outputSchema,
        List<String> tags,
        @Nullable Integer retries,
        boolean slashCommands) {

    public static final String FRESH_SESSION = "fresh";
    public static final String SLOT_SESSION = "slot";

    /** Stands for one that the store holds, but that cannot be read. */
    static final TaskSpec UNREADABLE = ofPrompt("");

    /**
     * Fills in what JSON left out.
     *
     * @throws ProblemException when a list holds null
     */
    @SuppressWarnings({"ConstantValue", "UnnecessarilyFullyQualified"})
    public TaskSpec {
        prompt = orElse(prompt, "");
        allowedTools = FieldRules.copyOf(allowedTools, "allowedTools");
        disallowedTools = FieldRules.copyOf(disallowedTools, "disallowedTools");
        session = orElse(session, FRESH_SESSION);
        sessionFallback = orElse(sessionFallback, SessionFallback.FAIL);
        tags = FieldRules.listOf(tags, "tags");
    }

    /** What to do when the conversation to go on in is gone. */
    public enum SessionFallback {
        /** The task fails with {@code session-not-found}. */
        FAIL,
        /** It begins a new conversation. */
        FRESH;

        @JsonValue
        String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** What each attempt may cost, if it says so. */
    public @Nullable Money limit() {
        return maxBudgetUsd == null ? null : Money.usd(maxBudgetUsd);
    }

    /** How it is to be carried out, as far as it says. */
    public TaskConfig config() {
        return new TaskConfig(
                model,
                effort,
                permissionMode,
                systemPrompt,
                allowedTools,
                disallowedTools,
                maxTurns,
                mcpServers,
                fallbackModel,
                outputSchema,
                timeout);
    }

    /** Whether it could be read from the store. */
    public boolean wasReadable() {
        return !equals(UNREADABLE);
    }

    /** Whether the task goes on in an existing session. */
    public boolean continuesAnother() {
        return !session.equals(FRESH_SESSION) && !session.equals(SLOT_SESSION);
    }

    /** A task of this prompt with nothing but defaults. */
    public static TaskSpec ofPrompt(String prompt) {
        return new TaskSpec(
                prompt,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                0,
                FRESH_SESSION,
                SessionFallback.FAIL,
                null,
                null,
                null,
                List.of(),
                null,
                false);
    }

    /** The same with this prompt in this session, and with more tags. */
    public TaskSpec with(String otherPrompt, String otherSession, List<String> moreTags) {
        return new TaskSpec(
                otherPrompt,
                model,
                effort,
                permissionMode,
                systemPrompt,
                allowedTools,
                disallowedTools,
                maxBudgetUsd,
                maxTurns,
                mcpServers,
                fallbackModel,
                timeout,
                priority,
                otherSession,
                sessionFallback,
                slot,
                role,
                outputSchema,
                Stream.concat(tags.stream(), moreTags.stream()).distinct().toList(),
                retries,
                slashCommands);
    }

    private static <T> T orElse(@Nullable T value, T fallback) {
        return value == null ? fallback : value;
    }

    /** The id of the task or session that this task goes on in; null when it names none. */
    public @Nullable UUID namedSession() {
        return switch (session) {
            case FRESH_SESSION, SLOT_SESSION -> null;
            default -> UUID.fromString(session);
        };
    }

    @Override
    public String toString() {
        return "TaskSpec[prompt of " + prompt.length() + " characters]";
    }
}

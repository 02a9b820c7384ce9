package dev.claudepool.task;

import dev.claudepool.claude.Effort;
import dev.claudepool.claude.PermissionMode;
import dev.claudepool.web.ProblemException;
import io.swagger.v3.oas.annotations.media.Schema;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
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
 * @param systemPrompt text appended to the system prompt of this task
 * @param allowedTools tools that need no permission, in the CLI's notation
 * @param disallowedTools tools that are taken away
 * @param maxBudgetUsd the most this task may spend, in USD; null for no limit
 * @param maxTurns the most model turns; null for no limit
 * @param timeout the longest an attempt may take; null for {@code claude-pool.task.timeout}
 * @param priority higher is claimed earlier; equal priorities go by age
 * @param session {@code fresh}, {@code slot}, a session id, or the id of the task to follow up
 * @param slot the only slot that may run it
 * @param role the role a slot must have to run it
 * @param outputSchema the JSON schema of the structured output
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
        List<String> allowedTools,
        List<String> disallowedTools,
        @Nullable BigDecimal maxBudgetUsd,
        @Nullable Integer maxTurns,
        @Nullable Duration timeout,
        int priority,
        String session,
        @Nullable String slot,
        @Nullable String role,
        @Nullable ObjectNode outputSchema,
        List<String> tags,
        @Nullable Integer retries,
        boolean slashCommands) {

    static final String FRESH_SESSION = "fresh";
    static final String SLOT_SESSION = "slot";

    /**
     * Fills in what JSON left out.
     *
     * @throws ProblemException when a list holds null
     */
    @SuppressWarnings({"ConstantValue", "UnnecessarilyFullyQualified"})
    public TaskSpec {
        prompt = orElse(prompt, "");
        allowedTools = copy(allowedTools, "allowedTools");
        disallowedTools = copy(disallowedTools, "disallowedTools");
        session = orElse(session, FRESH_SESSION);
        tags = copy(tags, "tags");
    }

    /** Whether it goes on in a conversation that something else began. */
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
                List.of(),
                List.of(),
                null,
                null,
                null,
                0,
                FRESH_SESSION,
                null,
                null,
                null,
                List.of(),
                null,
                false);
    }

    private static List<String> copy(@Nullable List<String> values, String field) {
        if (values == null) {
            return List.of();
        }
        if (values.stream().anyMatch(Objects::isNull)) {
            throw ProblemException.invalid(field, "must not hold null");
        }
        return List.copyOf(values);
    }

    private static <T> T orElse(@Nullable T value, T fallback) {
        return value == null ? fallback : value;
    }

    @Override
    public String toString() {
        return "TaskSpec[prompt of " + prompt.length() + " characters]";
    }
}

package dev.claudepool.task;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.claudepool.budget.Money;
import dev.claudepool.problem.FieldRules;
import io.swagger.v3.oas.annotations.media.Schema;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a client asks for: one prompt and how to carry it out; all but the prompt may be left out. It is also what the
 * store keeps.
 *
 * @param prompt literal text for the model, never run as a command unless {@code slashCommands}
 * @param labels what to call it; its fields stand beside the others in the JSON
 * @param config how to carry it out; its fields stand beside the others in the JSON
 * @param maxBudgetUsd the most an attempt of this task may spend, in USD, with at most 9 decimals; null for
 *     {@code claude-pool.budget.task-usd}
 * @param priority higher is claimed earlier; equal priorities go by age
 * @param notBefore when it may start; null for at once
 * @param session {@code fresh}, {@code slot}, a session id, or the id of the task to follow up
 * @param sessionFallback what to do when the session to go on in is gone
 * @param slot the only slot that may run it
 * @param role the role a slot must have to run it
 * @param retries how many more attempts after a retryable failure; null for {@code claude-pool.task.retries}
 * @param slashCommands whether a prompt such as {@code /compact} is run as a command
 */
@Schema(requiredProperties = "prompt")
public record TaskSpec(
        @Schema(minLength = 1) String prompt,
        @JsonUnwrapped Labels labels,
        @JsonUnwrapped TaskConfig config,

        @Schema(minimum = FieldRules.LEAST_USD_TEXT, maximum = FieldRules.MOST_USD_OF_ONE_TEXT) @Nullable
        BigDecimal maxBudgetUsd,

        @Schema(minimum = "" + -TaskSpecRules.MOST_PRIORITY, maximum = "" + TaskSpecRules.MOST_PRIORITY)
        int priority,

        @Nullable Instant notBefore,
        @Schema(pattern = TaskSpecRules.SESSION_PATTERN) String session,
        SessionFallback sessionFallback,

        @Schema(pattern = LabelRules.LABEL_PATTERN) @Nullable
        String slot,

        @Schema(pattern = LabelRules.LABEL_PATTERN) @Nullable
        String role,

        @Schema(minimum = "0", maximum = "" + TaskSpecRules.MOST_RETRIES) @Nullable
        Integer retries,

        boolean slashCommands) {

    public static final String FRESH_SESSION = "fresh";
    public static final String SLOT_SESSION = "slot";

    /** Stands for one that the store holds, but that cannot be read. */
    static final TaskSpec UNREADABLE = ofPrompt("");

    /** Fills in what JSON left out. */
    @SuppressWarnings("ConstantValue")
    public TaskSpec {
        prompt = orElse(prompt, "");
        labels = orElse(labels, Labels.NONE);
        config = orElse(config, TaskConfig.EMPTY);
        session = orElse(session, FRESH_SESSION);
        sessionFallback = orElse(sessionFallback, SessionFallback.FAIL);
    }

    /** What to do when the session to go on in is gone. */
    @Schema(enumAsRef = true)
    public enum SessionFallback {
        /** The task fails with {@code session-not-found}. */
        FAIL,
        /** The task begins a new session. */
        FRESH;

        @JsonValue
        String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Returns the first {@value TaskOutline#LONGEST_PROMPT} characters of the prompt, cut between two characters. */
    public String preview() {
        return prompt.codePointCount(0, prompt.length()) <= TaskOutline.LONGEST_PROMPT
                ? prompt
                : prompt.substring(0, prompt.offsetByCodePoints(0, TaskOutline.LONGEST_PROMPT));
    }

    /** Returns a copy with the tags that this one lacks. */
    public TaskSpec withTags(List<String> moreTags) {
        Labels more = labels.withTags(moreTags);
        return more.equals(labels) ? this : with(prompt, session, more);
    }

    /** Returns a copy with only the names of the MCP servers: how they are reached may hold secrets. */
    public TaskSpec withoutSecrets() {
        return new TaskSpec(
                prompt,
                labels,
                config.withoutSecrets(),
                maxBudgetUsd,
                priority,
                notBefore,
                session,
                sessionFallback,
                slot,
                role,
                retries,
                slashCommands);
    }

    /** Returns what each attempt may cost; null when the client set no maximum. */
    public @Nullable Money limit() {
        return maxBudgetUsd == null ? null : Money.usd(maxBudgetUsd);
    }

    /** Returns whether it could be read from the store. */
    public boolean wasReadable() {
        return !equals(UNREADABLE);
    }

    /** Returns whether the task goes on in an existing session. */
    public boolean continuesAnother() {
        return !session.equals(FRESH_SESSION) && !session.equals(SLOT_SESSION);
    }

    /** Returns a task of this prompt with nothing but defaults. */
    public static TaskSpec ofPrompt(String prompt) {
        return new TaskSpec(
                prompt,
                Labels.NONE,
                TaskConfig.EMPTY,
                null,
                0,
                null,
                FRESH_SESSION,
                SessionFallback.FAIL,
                null,
                null,
                null,
                false);
    }

    /** Returns a copy with this prompt, in this session, and with these labels. */
    public TaskSpec with(String otherPrompt, String otherSession, Labels otherLabels) {
        return new TaskSpec(
                otherPrompt,
                otherLabels,
                config,
                maxBudgetUsd,
                priority,
                notBefore,
                otherSession,
                sessionFallback,
                slot,
                role,
                retries,
                slashCommands);
    }

    private static <T> T orElse(@Nullable T value, T fallback) {
        return value == null ? fallback : value;
    }

    /** Returns the id of the task or session that this task goes on in; null when it names none. */
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

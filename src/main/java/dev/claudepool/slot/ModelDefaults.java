package dev.claudepool.slot;

import dev.claudepool.claude.Effort;
import dev.claudepool.task.TaskConfig;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/** What the model is asked with, where neither the task nor its slot sets a value. Immutable. */
@ConfigurationProperties("claude-pool")
class ModelDefaults {

    private final TaskConfig config;

    /**
     * @param model the model, unless a task says otherwise; null for the CLI's own default
     * @param fallbackModel the model to use while the other is overloaded, unless a task says otherwise
     * @param effort how much thinking, unless a task says otherwise; null for the CLI's own default
     * @param systemPrompt text appended to the CLI's own system prompt, unless a task says otherwise
     * @param maxTurns the most model turns, unless a task says otherwise
     * @param outputSchema the JSON schema of every answer, unless a task says otherwise
     * @throws IllegalArgumentException when a value cannot be used
     */
    ModelDefaults(
            @Nullable String model,
            @Nullable String fallbackModel,
            @Nullable Effort effort,
            @Nullable String systemPrompt,
            @Nullable Integer maxTurns,
            @Nullable String outputSchema) {
        this.config = TaskDefaults.verified(new TaskConfig(
                model,
                effort,
                null,
                systemPrompt,
                null,
                null,
                maxTurns,
                null,
                fallbackModel,
                TaskDefaults.document(outputSchema, "output-schema"),
                null));
    }

    TaskConfig config() {
        return config;
    }
}

package dev.claudepool.slot;

import dev.claudepool.problem.FieldRules;
import dev.claudepool.task.TaskConfig;
import dev.claudepool.task.TaskConfigRules;
import dev.claudepool.task.TaskProperties;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The defaults of tasks, where neither the task nor its slot sets a value. Immutable. */
@Component
class TaskDefaults {

    private static final JsonMapper JSON = new JsonMapper();

    private final TaskConfig config;

    TaskDefaults(ModelDefaults model, ToolDefaults tools, TaskProperties tasks) {
        this.config = model.config().over(tools.config()).over(tasks.config());
    }

    TaskConfig config() {
        return config;
    }

    /**
     * Returns {@code config}.
     *
     * @throws IllegalArgumentException when a value cannot be used; its message names the property
     */
    static TaskConfig verified(TaskConfig config) {
        FieldRules rules = new FieldRules("");
        TaskConfigRules.check(config, rules);
        rules.errors().stream().findFirst().ifPresent(error -> {
            throw new IllegalArgumentException("claude-pool." + kebab(error.field()) + " " + error.message());
        });
        return config;
    }

    /**
     * Returns the JSON object that a property holds; null when it is blank.
     *
     * @throws IllegalArgumentException when it holds anything else
     */
    static @Nullable ObjectNode document(@Nullable String text, String property) {
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

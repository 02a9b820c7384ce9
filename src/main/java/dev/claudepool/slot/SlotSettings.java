package dev.claudepool.slot;

import dev.claudepool.problem.FieldRules;
import dev.claudepool.task.LabelRules;
import dev.claudepool.task.TaskConfig;
import dev.claudepool.task.TaskConfigRules;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What an administrator decided about a slot: who it is, and how its tasks are carried out unless they say otherwise.
 *
 * @param name what people call it
 * @param role what tasks may ask for
 * @param description what it is for, in words for people and for {@code claude}
 * @param config stands between the pool's defaults and the task
 */
record SlotSettings(
        @Schema(minLength = 1, maxLength = SlotSettings.LONGEST_NAME) @Nullable
        String name,

        @Schema(pattern = LabelRules.LABEL_PATTERN) @Nullable
        String role,

        @Schema(maxLength = SlotSettings.LONGEST_DESCRIPTION) @Nullable
        String description,

        TaskConfig config) {

    static final SlotSettings NONE = new SlotSettings(null, null, null, TaskConfig.EMPTY);

    static final int LONGEST_NAME = 100;
    static final int LONGEST_DESCRIPTION = 2_000;

    private static final Pattern ROLE = Pattern.compile(LabelRules.LABEL_PATTERN);

    @SuppressWarnings("ConstantValue") // absent in JSON
    SlotSettings {
        config = config == null ? TaskConfig.EMPTY : config;
    }

    boolean hasIdentity() {
        return name != null || role != null || description != null;
    }

    /** @throws dev.claudepool.problem.ProblemException {@code validation-failed}, with the fields that break a rule */
    void verify() {
        FieldRules rules = new FieldRules("");
        rules.require(name == null || !name.isBlank(), "name", "must not be empty; null removes it");
        rules.text(name, LONGEST_NAME, "name");
        rules.matches(role, ROLE, "role", "must be letters, digits and . _ : - (at most 64)");
        rules.text(description, LONGEST_DESCRIPTION, "description");
        TaskConfigRules.check(config, rules.within("config"));
        rules.verify();
    }
}

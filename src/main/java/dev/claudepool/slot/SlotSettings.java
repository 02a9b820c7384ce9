package dev.claudepool.slot;

import dev.claudepool.problem.FieldRules;
import dev.claudepool.task.TaskConfig;
import dev.claudepool.task.TaskConfigRules;
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
        @Nullable String name,
        @Nullable String role,
        @Nullable String description,
        TaskConfig config) {

    static final SlotSettings NONE = new SlotSettings(null, null, null, TaskConfig.EMPTY);

    private static final Pattern ROLE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:-]{0,63}");
    private static final int LONGEST_NAME = 100;
    private static final int LONGEST_DESCRIPTION = 2_000;

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

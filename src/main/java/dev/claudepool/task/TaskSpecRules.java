package dev.claudepool.task;

import dev.claudepool.web.FieldError;
import dev.claudepool.web.FieldRules;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;

/** Checks a {@link TaskSpec} and names each field that breaks a rule. */
final class TaskSpecRules {

    private static final Pattern LABEL = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:-]{0,63}");

    private TaskSpecRules() {}

    /** The broken rules, none when the spec is good; {@code prefix} stands before the names of the fields. */
    static List<FieldError> check(TaskSpec spec, String prefix) {
        FieldRules rules = new FieldRules(prefix);
        rules.require(!spec.prompt().isBlank(), "prompt", "must not be empty");
        rules.text(spec.prompt(), Integer.MAX_VALUE, "prompt");
        TaskConfigRules.check(spec.config(), rules);
        rules.positiveMoney(spec.maxBudgetUsd(), "maxBudgetUsd");
        rules.range(spec.priority(), -1000, 1000, "priority");
        rules.range(spec.retries(), 0, 10, "retries");
        rules.require(isSession(spec.session()), "session", "must be fresh, slot, a session id or a task id");
        rules.matches(spec.slot(), LABEL, "slot", "must be the id of a slot, such as slot-0");
        rules.matches(spec.role(), LABEL, "role", "must be a role");
        rules.require(spec.tags().size() <= 20, "tags", "must be at most 20");
        spec.tags()
                .forEach(tag -> rules.matches(tag, LABEL, "tags", "must be letters, digits and . _ : - (at most 64)"));
        return rules.errors();
    }

    private static boolean isSession(String session) {
        if (session.equals(TaskSpec.FRESH_SESSION) || session.equals(TaskSpec.SLOT_SESSION)) {
            return true;
        }
        try {
            return UUID.fromString(session).toString().equalsIgnoreCase(session);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}

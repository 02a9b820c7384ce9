package dev.claudepool.task;

import dev.claudepool.problem.FieldError;
import dev.claudepool.problem.FieldRules;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Checks a {@link TaskSpec} and names each field that breaks a rule. */
public final class TaskSpecRules {

    private static final Pattern LABEL = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:-]{0,63}");

    /** The limits of the time that several tasks may take together. */
    private static final Duration SHORTEST = Duration.ofSeconds(1);

    private static final Duration LONGEST = Duration.ofDays(30);

    private TaskSpecRules() {}

    /** The broken rules, none when the spec is good; {@code prefix} stands before the names of the fields. */
    public static List<FieldError> check(TaskSpec spec, String prefix) {
        FieldRules rules = new FieldRules(prefix);
        check(spec, rules);
        return rules.errors();
    }

    /** Adds the rules that {@code spec} breaks to {@code rules}. */
    public static void check(TaskSpec spec, FieldRules rules) {
        rules.require(!spec.prompt().isBlank(), "prompt", "must not be empty");
        rules.text(spec.prompt(), Integer.MAX_VALUE, "prompt");
        TaskConfigRules.check(spec.config(), rules);
        rules.positiveMoney(spec.maxBudgetUsd(), "maxBudgetUsd");
        rules.range(spec.priority(), -1000, 1000, "priority");
        rules.range(spec.retries(), 0, 10, "retries");
        rules.require(isSession(spec.session()), "session", "must be fresh, slot, a session id or a task id");
        rules.matches(spec.slot(), LABEL, "slot", "must be the id of a slot, such as slot-0");
        rules.matches(spec.role(), LABEL, "role", "must be a role");
        tags(spec.tags(), rules);
    }

    /** Adds the rules that break what several tasks have in common to {@code rules}. */
    public static void flow(@Nullable BigDecimal maxBudgetUsd, @Nullable Duration timeout, FieldRules rules) {
        rules.positiveMoney(maxBudgetUsd, "maxBudgetUsd");
        rules.require(
                timeout == null || (timeout.compareTo(SHORTEST) >= 0 && timeout.compareTo(LONGEST) <= 0),
                "timeout",
                "must be between PT1S and P30D");
    }

    /** Adds the rules that labels break to {@code rules}. */
    public static void tags(List<String> tags, FieldRules rules) {
        rules.require(tags.size() <= 20, "tags", "must be at most 20");
        tags.forEach(tag -> rules.matches(tag, LABEL, "tags", "must be letters, digits and . _ : - (at most 64)"));
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

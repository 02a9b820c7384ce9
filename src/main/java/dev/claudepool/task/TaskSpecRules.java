package dev.claudepool.task;

import dev.claudepool.problem.FieldError;
import dev.claudepool.problem.FieldRules;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Checks a {@link TaskSpec} and names each field that breaks a rule. */
public final class TaskSpecRules {

    static final int MOST_PRIORITY = 1000;
    static final int MOST_RETRIES = 10;

    /** Words, or an id. */
    static final String SESSION_PATTERN = "^(" + TaskSpec.FRESH_SESSION + "|" + TaskSpec.SLOT_SESSION
            + "|[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12})$";

    private static final Pattern SESSION = Pattern.compile(SESSION_PATTERN);

    /** The limits of the time that several tasks may take together. */
    private static final Duration SHORTEST = Duration.ofSeconds(1);

    private static final Duration LONGEST = Duration.ofDays(30);

    /** The first instant that RFC 3339 cannot write. */
    private static final Instant END_OF_TIME = Instant.parse("+10000-01-01T00:00:00Z");

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
        rules.range(spec.priority(), -MOST_PRIORITY, MOST_PRIORITY, "priority");
        rules.range(spec.retries(), 0, MOST_RETRIES, "retries");
        rules.require(
                SESSION.matcher(spec.session()).matches(), "session", "must be fresh, slot, a session id or a task id");
        rules.matches(spec.slot(), LabelRules.LABEL, "slot", "must be the id of a slot, such as slot-0");
        rules.matches(spec.role(), LabelRules.LABEL, "role", "must be a role");
        LabelRules.check(spec.labels(), rules);
        rules.require(
                spec.notBefore() == null || spec.notBefore().isBefore(END_OF_TIME),
                "notBefore",
                "must be before the year 10000");
    }

    /** Adds the rules that break what several tasks have in common to {@code rules}. */
    public static void flow(@Nullable BigDecimal maxBudgetUsd, @Nullable Duration timeout, FieldRules rules) {
        rules.positiveMoney(maxBudgetUsd, "maxBudgetUsd");
        rules.require(
                timeout == null || (timeout.compareTo(SHORTEST) >= 0 && timeout.compareTo(LONGEST) <= 0),
                "timeout",
                "must be between PT1S and P30D");
    }
}

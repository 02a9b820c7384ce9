package dev.claudepool.task;

import dev.claudepool.web.FieldError;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Checks a {@link TaskSpec} and names each field that breaks a rule. */
final class TaskSpecRules {

    private static final Pattern MODEL = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:/@\\[\\]-]{0,199}");
    /** A tool as the CLI writes it: {@code Read}, {@code Bash(git *)}, {@code mcp__server__tool}. */
    private static final Pattern TOOL = Pattern.compile("[A-Za-z][A-Za-z0-9_.:-]*(\\([^\\p{Cntrl}]{1,500}\\))?");

    private static final Pattern LABEL = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:-]{0,63}");
    private static final BigDecimal MOST_USD = new BigDecimal("1000000000");
    private static final int MONEY_DECIMALS = 9;
    private static final int MOST_SYSTEM_PROMPT = 100_000;

    private final String prefix;
    private final List<FieldError> errors = new ArrayList<>();

    private TaskSpecRules(String prefix) {
        this.prefix = prefix;
    }

    /** The broken rules, none when the spec is good; {@code prefix} stands before the names of the fields. */
    static List<FieldError> check(TaskSpec spec, String prefix) {
        TaskSpecRules rules = new TaskSpecRules(prefix);
        rules.check(spec);
        return rules.errors;
    }

    private void check(TaskSpec spec) {
        require(!spec.prompt().isBlank(), "prompt", "must not be empty");
        unicode(spec.prompt(), "prompt");
        matches(spec.model(), MODEL, "model", "must be a model name or alias");
        require(
                spec.systemPrompt() == null || spec.systemPrompt().length() <= MOST_SYSTEM_PROMPT,
                "systemPrompt",
                "must have at most " + MOST_SYSTEM_PROMPT + " characters");
        unicode(spec.systemPrompt(), "systemPrompt");
        tools(spec.allowedTools(), "allowedTools");
        tools(spec.disallowedTools(), "disallowedTools");
        money(spec.maxBudgetUsd());
        range(spec.maxTurns(), 1, 10_000, "maxTurns");
        timeout(spec.timeout());
        range(spec.priority(), -1000, 1000, "priority");
        range(spec.retries(), 0, 10, "retries");
        require(isSession(spec.session()), "session", "must be fresh, slot, a session id or a task id");
        matches(spec.slot(), LABEL, "slot", "must be the id of a slot, such as slot-0");
        matches(spec.role(), LABEL, "role", "must be a role");
        require(spec.tags().size() <= 20, "tags", "must be at most 20");
        spec.tags().forEach(tag -> matches(tag, LABEL, "tags", "must be letters, digits and . _ : - (at most 64)"));
    }

    /** Half of a surrogate pair can be neither stored nor sent: it would come back as a question mark. */
    private void unicode(@Nullable String text, String field) {
        require(text == null || StandardCharsets.UTF_8.newEncoder().canEncode(text), field, "must be valid Unicode");
    }

    private void money(@Nullable BigDecimal usd) {
        if (usd == null) {
            return;
        }
        require(
                usd.signum() > 0 && usd.compareTo(MOST_USD) <= 0,
                "maxBudgetUsd",
                "must be more than 0 and at most " + MOST_USD);
        require(
                usd.stripTrailingZeros().scale() <= MONEY_DECIMALS,
                "maxBudgetUsd",
                "must have at most " + MONEY_DECIMALS + " decimals");
    }

    private void timeout(@Nullable Duration timeout) {
        require(
                timeout == null
                        || (timeout.compareTo(Duration.ofSeconds(1)) >= 0
                                && timeout.compareTo(Duration.ofDays(1)) <= 0),
                "timeout",
                "must be between PT1S and PT24H");
    }

    private void tools(List<String> tools, String field) {
        require(tools.size() <= 200, field, "must be at most 200");
        tools.forEach(tool -> matches(tool, TOOL, field, "must be tools such as Read or Bash(git *)"));
    }

    private void range(@Nullable Integer value, int least, int most, String field) {
        require(value == null || (value >= least && value <= most), field, "must be between " + least + " and " + most);
    }

    private void matches(@Nullable String value, Pattern pattern, String field, String message) {
        require(value == null || pattern.matcher(value).matches(), field, message);
    }

    private void require(boolean holds, String field, String message) {
        if (!holds) {
            errors.add(new FieldError(prefix + field, message));
        }
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

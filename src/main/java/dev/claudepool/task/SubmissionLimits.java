package dev.claudepool.task;

import dev.claudepool.problem.FieldRules;
import dev.claudepool.security.Role;
import java.math.BigDecimal;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What a request may ask for beyond the config of its tasks, and whom the limits of requests do not bind. Immutable.
 *
 * @param maxBudgetUsd the most that a task may ask for, in USD; no limit when absent
 * @param maxPriority the highest priority that a task may ask for, -1000 to 1000
 * @param slashCommands whether a task may ask that its prompt is run as a command
 * @param foreignSessions whether a task may go on in a session that the pool does not know, such as the operator's own
 * @param unrestrictedRoles the roles whose bearers these limits do not bind
 */
@ConfigurationProperties("claude-pool.task")
record SubmissionLimits(
        @Nullable BigDecimal maxBudgetUsd,
        @DefaultValue("1000") int maxPriority,
        @DefaultValue("false") boolean slashCommands,
        @DefaultValue("false") boolean foreignSessions,
        @DefaultValue Set<Role> unrestrictedRoles) {

    /** @throws IllegalArgumentException when a value cannot be used */
    SubmissionLimits {
        unrestrictedRoles = Set.copyOf(unrestrictedRoles);
        if (maxBudgetUsd != null && maxBudgetUsd.signum() <= 0) {
            throw new IllegalArgumentException("claude-pool.task.max-budget-usd must be more than 0");
        }
        if (maxPriority < -1000 || maxPriority > 1000) {
            throw new IllegalArgumentException("claude-pool.task.max-priority must be between -1000 and 1000");
        }
    }

    /** Adds the limits that {@code spec} exceeds to {@code rules}. */
    void check(TaskSpec spec, FieldRules rules) {
        BigDecimal budget = spec.maxBudgetUsd();
        if (budget != null && maxBudgetUsd != null) {
            rules.require(
                    budget.compareTo(maxBudgetUsd) <= 0,
                    "maxBudgetUsd",
                    "must be at most " + maxBudgetUsd + TaskLimits.inBrackets("max-budget-usd"));
        }
        rules.require(
                spec.priority() <= maxPriority,
                "priority",
                "must be at most " + maxPriority + TaskLimits.inBrackets("max-priority"));
        rules.require(
                !spec.slashCommands() || slashCommands,
                "slashCommands",
                "must be false" + TaskLimits.inBrackets("slash-commands"));
    }
}

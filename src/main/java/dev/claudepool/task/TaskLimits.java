package dev.claudepool.task;

import dev.claudepool.problem.FieldRules;
import dev.claudepool.problem.ProblemException;
import dev.claudepool.security.Caller;
import java.util.Collections;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a request may ask for: its tasks run as the service's user, so that whoever may submit could otherwise do
 * whatever that user can. What the operator sets as the pool's own defaults is not limited. Immutable.
 */
@Component
public class TaskLimits {

    private final TaskConfigLimits config;
    private final SubmissionLimits submission;

    TaskLimits(TaskConfigLimits config, SubmissionLimits submission) {
        this.config = config;
        this.submission = submission;
    }

    /** Returns the name of the property that sets a limit, for the end of a message. */
    static String inBrackets(String property) {
        return " (claude-pool.task." + property + ")";
    }

    /** Returns whether the limits do not bind the caller. */
    public boolean exempt(Caller caller) {
        return !Collections.disjoint(caller.roles(), submission.unrestrictedRoles());
    }

    /** Returns whether they bind everybody. */
    public boolean bindAll() {
        return submission.unrestrictedRoles().isEmpty();
    }

    public boolean allowsForeignSessions() {
        return submission.foreignSessions();
    }

    /** Adds the limits that {@code spec} exceeds to {@code rules}. */
    public void check(TaskSpec spec, FieldRules rules) {
        config.check(spec.config(), rules);
        submission.check(spec, rules);
    }

    /** Adds the limits that {@code config} exceeds to {@code rules}. */
    public void check(TaskConfig config, FieldRules rules) {
        this.config.check(config, rules);
    }

    /**
     * Refuses a configuration that is more than the caller may ask for, or names what is not there.
     *
     * @throws ProblemException {@code forbidden} or {@code validation-failed}, with the fields below {@code field}
     */
    public void verify(TaskConfig config, String field, Caller caller) {
        FieldRules exceeded = new FieldRules(field + ".");
        if (!exempt(caller)) {
            check(config, exceeded);
        }
        if (!exceeded.errors().isEmpty()) {
            throw ProblemException.forbidden(exceeded.errors());
        }
        FieldRules unknown = new FieldRules(field + ".");
        checkServers(config, unknown);
        unknown.verify();
    }

    /** Adds the servers that {@code config} names, and nobody has configured, to {@code rules}. */
    public void checkServers(TaskConfig config, FieldRules rules) {
        this.config.checkServers(config, rules);
    }

    /** Returns the definitions of all these servers; one that is not configured any more is left out. */
    public @Nullable ObjectNode definitions(@Nullable McpServers servers) {
        return config.definitions(servers);
    }
}

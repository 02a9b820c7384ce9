package dev.claudepool.submit;

import dev.claudepool.problem.FieldRules;
import dev.claudepool.problem.ProblemException;
import dev.claudepool.security.Caller;
import dev.claudepool.slot.Slots;
import dev.claudepool.task.TaskLimits;
import dev.claudepool.task.TaskSpec;
import dev.claudepool.task.TaskStore;
import java.util.UUID;
import java.util.function.BiConsumer;
import org.springframework.stereotype.Component;

/** Decides which tasks a caller may submit. Thread-safe. */
@Component
class SubmissionRules {

    private final TaskLimits limits;
    private final TaskStore store;
    private final Slots slots;

    SubmissionRules(TaskLimits limits, TaskStore store, Slots slots) {
        this.limits = limits;
        this.store = store;
        this.slots = slots;
    }

    /**
     * Refuses a request that asks for more than its caller may, or names what does not exist.
     *
     * @throws ProblemException {@code forbidden} or {@code validation-failed}, with the fields
     */
    void verify(Caller caller, TaskRequest request) {
        if (!limits.exempt(caller)) {
            FieldRules exceeded = new FieldRules("");
            request.forEachTask(exceeded, untilEnough(exceeded, limits::check));
            if (!exceeded.errors().isEmpty()) {
                throw ProblemException.forbidden(exceeded.errors());
            }
        }
        FieldRules unknown = new FieldRules("");
        request.forEachTask(unknown, untilEnough(unknown, this::checkNames));
        unknown.verify();
    }

    private static BiConsumer<TaskSpec, FieldRules> untilEnough(
            FieldRules all, BiConsumer<TaskSpec, FieldRules> check) {
        return (spec, rules) -> {
            if (!all.areEnough()) {
                check.accept(spec, rules);
            }
        };
    }

    private void checkNames(TaskSpec spec, FieldRules rules) {
        limits.checkServers(spec.config(), rules);
        UUID named = spec.namedSession();
        rules.require(
                named == null
                        || spec.sessionFallback() == TaskSpec.SessionFallback.FRESH
                        || isKnownSession(named)
                        || store.find(named).isPresent(),
                "session",
                "must be fresh, slot, the id of a task, or the id of a session that a task or slot of this pool has been"
                        + " in (claude-pool.task.foreign-sessions)");
    }

    /**
     * Returns whether a task may go on in this session: the other sessions in the CLI's directory are not for every
     * caller.
     */
    boolean isKnownSession(UUID session) {
        return limits.allowsForeignSessions() || store.hasSession(session) || slots.ownsSession(session);
    }
}

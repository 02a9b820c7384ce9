package dev.claudepool.submit;

import dev.claudepool.problem.FieldRules;
import dev.claudepool.task.TaskSpec;
import java.util.function.BiConsumer;

/** A request that makes tasks. */
@FunctionalInterface
public interface TaskRequest {

    /** Calls {@code check} with each task that may ever be made for it, and with what collects the errors of that. */
    void forEachTask(FieldRules rules, BiConsumer<TaskSpec, FieldRules> check);
}

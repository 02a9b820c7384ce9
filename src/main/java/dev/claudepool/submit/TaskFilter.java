package dev.claudepool.submit;

import dev.claudepool.task.TaskState;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Which tasks a list holds: those that match every parameter. A parameter that is repeated takes any of its values, but
 * for the tags, of which a task must have all.
 *
 * @param state only tasks in this state
 * @param tag only tasks with this tag
 * @param q only tasks with all of these words in their name, prompt or error; {@code word*} takes what begins so
 * @param code only tasks that failed with this code
 * @param role only tasks for slots with this role
 * @param slot only tasks that this slot runs, or ran last
 * @param model only tasks that ask for this model, by the name that they use for it
 * @param name only tasks with this name
 * @param chainId only tasks of this chain
 * @param fanOutId only tasks of this fan-out
 * @param sessionId only tasks in this session
 * @param createdFrom only tasks that were created then or later
 * @param createdTo only tasks that were created before
 * @param finishedFrom only tasks that ended then or later
 * @param finishedTo only tasks that ended before
 */
record TaskFilter(
        @Nullable @Size(max = TaskFilter.MOST_VALUES) List<TaskState.Name> state,
        @Nullable @Size(max = TaskFilter.MOST_VALUES) List<String> tag,
        @Nullable @Size(max = TaskFilter.LONGEST_QUERY) String q,
        @Nullable @Size(max = TaskFilter.MOST_VALUES) List<String> code,
        @Nullable @Size(max = TaskFilter.MOST_VALUES) List<String> role,
        @Nullable @Size(max = TaskFilter.MOST_VALUES) List<String> slot,
        @Nullable @Size(max = TaskFilter.MOST_VALUES) List<String> model,
        @Nullable @Size(max = TaskFilter.MOST_VALUES) List<String> name,
        @Nullable @Size(max = TaskFilter.MOST_VALUES) List<UUID> chainId,
        @Nullable @Size(max = TaskFilter.MOST_VALUES) List<UUID> fanOutId,
        @Nullable @Size(max = TaskFilter.MOST_VALUES) List<UUID> sessionId,
        @Nullable Instant createdFrom,
        @Nullable Instant createdTo,
        @Nullable Instant finishedFrom,
        @Nullable Instant finishedTo) {

    static final int MOST_VALUES = 20;
    static final int LONGEST_QUERY = 500;
}

package dev.claudepool.task;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The output of a task, which is read when it is written into an answer, and not kept.
 *
 * @param taskId null for no output
 */
public record TaskOutput(TaskReader reader, @Nullable UUID taskId) {

    @JsonValue
    @Nullable
    String text() {
        return taskId == null ? null : reader.read(taskId).map(TaskOutput::of).orElse(null);
    }

    private static @Nullable String of(Task task) {
        return task.state() instanceof TaskState.Succeeded succeeded
                ? succeeded.answer().output()
                : null;
    }
}

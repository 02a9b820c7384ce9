package dev.claudepool.submit;

import dev.claudepool.task.TaskState;
import org.jspecify.annotations.Nullable;

/** Which tasks a list holds; null means any. */
record TaskFilter(TaskState.@Nullable Name state, @Nullable String tag) {}

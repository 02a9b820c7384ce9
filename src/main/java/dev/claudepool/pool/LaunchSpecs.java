package dev.claudepool.pool;

import dev.claudepool.claude.LaunchSpec;
import dev.claudepool.task.TaskSpec;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Works out what a process must be launched with: the pool's defaults, overlaid by what a task asks for. */
@Component
class LaunchSpecs {

    private final PoolProperties pool;

    LaunchSpecs(PoolProperties pool) {
        this.pool = pool;
    }

    /** For a task that asks for nothing particular; what processes are started ahead with. */
    LaunchSpec standard() {
        return new LaunchSpec(
                pool.workingDirectory(),
                pool.systemPrompt(),
                pool.model(),
                pool.effort(),
                pool.permissionMode(),
                List.of(),
                List.of(),
                null,
                null);
    }

    /** For this task. */
    LaunchSpec of(TaskSpec task) {
        return new LaunchSpec(
                pool.workingDirectory(),
                joined(pool.systemPrompt(), task.systemPrompt()),
                firstOf(task.model(), pool.model()),
                firstOf(task.effort(), pool.effort()),
                task.permissionMode() == null ? pool.permissionMode() : task.permissionMode(),
                task.allowedTools(),
                task.disallowedTools(),
                task.maxTurns(),
                task.outputSchema());
    }

    private static <T> @Nullable T firstOf(@Nullable T specific, @Nullable T general) {
        return specific == null ? general : specific;
    }

    private static String joined(String general, @Nullable String specific) {
        return Stream.of(general, specific == null ? "" : specific)
                .filter(text -> !text.isBlank())
                .collect(Collectors.joining("\n\n"));
    }
}

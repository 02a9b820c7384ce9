package dev.claudepool.slot;

import dev.claudepool.claude.LaunchSpec;
import dev.claudepool.claude.PermissionMode;
import dev.claudepool.context.SharedContext;
import dev.claudepool.task.TaskConfig;
import dev.claudepool.task.TaskLimits;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Works out what a process must be launched with: the pool's defaults, overlaid by the slot's, overlaid by the task's;
 * and the identity that the model is told. Thread-safe.
 */
@Component
class LaunchSpecs {

    private final SlotProperties pool;
    private final TaskConfig defaults;
    private final TaskLimits limits;
    private final SharedContext context;
    private final JsonMapper json;

    LaunchSpecs(SlotProperties pool, TaskDefaults defaults, TaskLimits limits, SharedContext context, JsonMapper json) {
        this.pool = pool;
        this.defaults = defaults.config();
        this.limits = limits;
        this.context = context;
        this.json = json;
    }

    /** The effective config of a task in a slot. */
    TaskConfig config(SlotSettings slot, TaskConfig task) {
        return task.over(slot.config()).over(defaults);
    }

    /** The launch spec of the slot's spare process: that of a task without a config. */
    LaunchSpec standard(SlotSettings slot) {
        return launch(slot, config(slot, TaskConfig.EMPTY));
    }

    /** The launch spec of a process of the slot for a task with this effective config. */
    LaunchSpec launch(SlotSettings slot, TaskConfig config) {
        String fallback = config.fallbackModel();
        return new LaunchSpec(
                pool.workingDirectory(),
                Stream.of(identity(slot), context.prompt(), orEmpty(config.systemPrompt()))
                        .filter(text -> !text.isBlank())
                        .collect(Collectors.joining("\n\n")),
                config.model(),
                config.effort(),
                Objects.requireNonNullElse(config.permissionMode(), PermissionMode.PLAN),
                orNone(config.allowedTools()),
                orNone(config.disallowedTools()),
                config.maxTurns(),
                limits.definitions(config.mcpServers()),
                Objects.equals(fallback, config.model()) ? null : fallback,
                config.outputSchema());
    }

    /** Returns the slot's identity as JSON, so that nothing in a name can pose as an instruction. */
    private String identity(SlotSettings slot) {
        if (!slot.hasIdentity()) {
            return "";
        }
        ObjectNode identity = json.createObjectNode();
        put(identity, "name", slot.name());
        put(identity, "role", slot.role());
        put(identity, "description", slot.description());
        return "You are one of several Claude sessions that work in a pool. This is who you are in it: " + identity;
    }

    private static void put(ObjectNode identity, String name, @Nullable String value) {
        if (value != null) {
            identity.put(name, value);
        }
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }

    private static List<String> orNone(@Nullable List<String> values) {
        return values == null ? List.of() : values;
    }
}

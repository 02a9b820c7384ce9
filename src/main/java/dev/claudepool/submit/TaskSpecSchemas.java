package dev.claudepool.submit;

import dev.claudepool.task.McpServers;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.media.IntegerSchema;
import io.swagger.v3.oas.models.media.ObjectSchema;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.media.StringSchema;
import java.math.BigDecimal;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springdoc.core.utils.SpringDocUtils;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;

/**
 * Describes in the API what consists of the fields of a task, none of which is required; copies what others describe.
 */
@Component
@Order(Ordered.LOWEST_PRECEDENCE)
public class TaskSpecSchemas implements OpenApiCustomizer {

    /** The reference to the {@code config} of a step. */
    public static final String STEP_CONFIG = "#/components/schemas/StepConfig";

    /** The reference to a merge patch of a task's spec. */
    static final String TASK_PATCH = "#/components/schemas/TaskPatch";

    /** The reference to a merge patch of a queued task's spec. */
    static final String QUEUED_TASK_PATCH = "#/components/schemas/QueuedTaskPatch";

    /** What of a queued task's spec may be changed. */
    static final List<String> CHANGEABLE = List.of(
            "maxBudgetUsd", "metadata", "model", "name", "notBefore", "priority", "role", "slot", "tags", "timeout");

    static {
        // What springdoc would make of these classes is their components.
        SpringDocUtils.getConfig()
                .replaceWithSchema(
                        McpServers.class, new Schema<>()) // no generator of clients knows two types with items
                .replaceWithSchema(
                        WaitSpec.Quorum.class,
                        new Schema<>()
                                .oneOf(List.of(
                                        new StringSchema()._enum(List.of("any", "all")),
                                        new IntegerSchema().minimum(BigDecimal.ONE))));
    }

    @Override
    public void customise(OpenAPI api) {
        Schema<?> task = Objects.requireNonNull(api.getComponents().getSchemas().get("TaskSpec"));
        api.getComponents()
                .addSchemas(
                        "StepConfig",
                        with(
                                name -> !name.equals("prompt"),
                                task,
                                "How the tasks of a step are carried out: all that a task may say but its prompt"))
                .addSchemas(
                        "TaskPatch", patch(_ -> true, task, "What to change of a task: null stands for the default"))
                .addSchemas(
                        "QueuedTaskPatch",
                        patch(
                                CHANGEABLE::contains,
                                task,
                                "What to change of a queued task: null stands for the default"));
    }

    /** A merge patch can also take single pairs of the metadata away. */
    private static Schema<?> patch(Predicate<String> members, Schema<?> task, String description) {
        Schema<?> patch = with(members, task, description);
        Schema<?> metadata = Objects.requireNonNull(patch.getProperties().get("metadata"));
        patch.addProperty(
                "metadata",
                new Schema<>()
                        .types(metadata.getTypes())
                        .description(metadata.getDescription() + "; null takes a pair away")
                        .additionalProperties(new Schema<>().types(new LinkedHashSet<>(List.of("string", "null")))));
        return patch;
    }

    private static Schema<?> with(Predicate<String> members, Schema<?> task, String description) {
        Schema<?> copy = new ObjectSchema().description(description);
        task.getProperties().forEach((name, schema) -> {
            if (members.test(name)) {
                copy.addProperty(name, schema);
            }
        });
        return copy;
    }
}

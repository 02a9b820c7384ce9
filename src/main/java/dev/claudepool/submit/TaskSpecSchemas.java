package dev.claudepool.submit;

import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.media.ObjectSchema;
import io.swagger.v3.oas.models.media.Schema;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import org.springdoc.core.customizers.OpenApiCustomizer;
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
                .addSchemas("TaskPatch", with(_ -> true, task, "What to change of a task: null stands for the default"))
                .addSchemas(
                        "QueuedTaskPatch",
                        with(
                                CHANGEABLE::contains,
                                task,
                                "What to change of a queued task: null stands for the default"));
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

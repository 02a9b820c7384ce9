package dev.claudepool.chain;

import dev.claudepool.problem.FieldRules;
import dev.claudepool.submit.TaskSpecSchemas;
import dev.claudepool.task.TaskSpec;
import io.swagger.v3.oas.annotations.media.ArraySchema;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One step of a chain.
 *
 * @param name by which other steps refer to it
 * @param prompt the prompt, which may refer to outputs of earlier steps, such as {@code {previous_output}}
 * @param needs the steps that have to be done before; null for the one before it
 * @param outputVars paths into the JSON of its output, by the names of the variables that they make
 * @param failurePolicy what to do when it fails
 * @param config how its tasks are carried out: all that a task may say but its prompt
 */
@Schema(requiredProperties = {"name", "prompt"})
public record StepSpec(
        @Schema(pattern = ChainRules.STEP_PATTERN) String name,
        @Schema(minLength = 1) String prompt,
        @ArraySchema(uniqueItems = true) @Nullable List<String> needs,
        @Schema(maxProperties = ChainRules.MOST_VARIABLES) Map<String, String> outputVars,
        FailurePolicy failurePolicy,

        @Schema(ref = TaskSpecSchemas.STEP_CONFIG) TaskSpec config) {

    /**
     * Fills in what JSON left out.
     *
     * @throws dev.claudepool.problem.ProblemException when a list holds null
     */
    @SuppressWarnings("ConstantValue")
    public StepSpec {
        name = name == null ? "" : name;
        prompt = prompt == null ? "" : prompt;
        needs = needs == null ? null : FieldRules.listOf(needs, "needs");
        outputVars = outputVars == null ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(outputVars));
        failurePolicy = failurePolicy == null ? FailurePolicy.NONE : failurePolicy;
        config = config == null ? TaskSpec.ofPrompt("") : config;
    }

    /**
     * What to do when a step fails.
     *
     * @param retries how often it is run again, each time as a new task
     * @param backoff the wait before the first of these, at most PT1H; twice as long before each further one
     * @param recoveryPrompt run when it has failed for good, with references as in a prompt; its output stands for that
     *     of the step
     */
    public record FailurePolicy(
            @Schema(minimum = "0", maximum = "" + ChainRules.MOST_RETRIES)
            int retries,

            Duration backoff,
            @Schema(minLength = 1) @Nullable String recoveryPrompt) {

        static final FailurePolicy NONE = new FailurePolicy(0, Duration.ZERO, null);

        /** Fills in what JSON left out. */
        @SuppressWarnings("ConstantValue")
        public FailurePolicy {
            backoff = backoff == null ? Duration.ZERO : backoff;
        }

        @Override
        public String toString() {
            return "FailurePolicy[retries=" + retries + "]";
        }
    }

    @Override
    public String toString() {
        return "StepSpec[" + name + "]";
    }
}

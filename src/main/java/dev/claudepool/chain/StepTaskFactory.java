package dev.claudepool.chain;

import dev.claudepool.flow.FlowTasks;
import dev.claudepool.problem.FieldError;
import dev.claudepool.task.TaskError;
import dev.claudepool.task.TaskSpec;
import dev.claudepool.task.TaskSpecRules;
import dev.claudepool.task.TaskState;
import dev.claudepool.template.Reference;
import dev.claudepool.template.Template;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Says what the task of a step is to do: its prompt, with the references filled in, and the chain's own options. */
@Component
class StepTaskFactory {

    private static final int LONGEST_PROMPT = 10_000_000;

    private final FlowTasks tasks;

    StepTaskFactory(FlowTasks tasks) {
        this.tasks = tasks;
    }

    /** A task that may ever be made for the step; its references are not filled in. */
    static TaskSpec template(ChainSpec chain, StepSpec step) {
        return labelled(chain, step, step.prompt(), step.config().session());
    }

    private static TaskSpec labelled(ChainSpec chain, StepSpec step, String prompt, String session) {
        TaskSpec config = step.config();
        return config.with(
                prompt, session, config.labels().withTags(chain.labels().tags()));
    }

    /** Makes the task of a step. */
    StepTaskResult of(Chain chain, Step step) {
        return made(chain, step, chain.specOf(step).prompt(), "", predecessor(chain, step));
    }

    /**
     * Makes the task that recovers a failed step.
     *
     * @param failedTask the task in whose session it failed; null when there is none
     */
    StepTaskResult ofRecovery(Chain chain, Step step, String recoveryPrompt, String error, @Nullable UUID failedTask) {
        return made(chain, step, recoveryPrompt, error, failedTask == null ? predecessor(chain, step) : failedTask);
    }

    private static @Nullable UUID predecessor(Chain chain, Step step) {
        return chain.needed(step)
                .findFirst()
                .map(needed -> needed.state().taskId())
                .orElse(null);
    }

    private StepTaskResult made(Chain chain, Step step, String text, String error, @Nullable UUID predecessor) {
        Optional<String> prompt =
                Template.parse(text).render(new Values(tasks, chain, step, error)::of, LONGEST_PROMPT);
        if (prompt.isEmpty()) {
            return StepTaskResult.impossible(
                    "With its references filled in, the prompt has more than " + LONGEST_PROMPT + " characters");
        }
        StepSpec spec = chain.specOf(step);
        String session = predecessor == null || chain.spec().session() != ChainSpec.Session.CHAIN
                ? spec.config().session()
                : predecessor.toString();
        TaskSpec task = labelled(chain.spec(), spec, prompt.get(), session);
        List<FieldError> errors = TaskSpecRules.check(task, "");
        return errors.isEmpty()
                ? new StepTaskResult.Possible(task)
                : StepTaskResult.impossible("With its references filled in, "
                        + errors.getFirst().field() + " " + errors.getFirst().message());
    }

    /** The result of making the task of a step. */
    sealed interface StepTaskResult {

        record Possible(TaskSpec task) implements StepTaskResult {}

        /** The outputs of the needed steps make no valid task. */
        record Impossible(TaskError error) implements StepTaskResult {}

        private static StepTaskResult impossible(String message) {
            return new Impossible(new TaskError("substitution-failed", message, false, null, null));
        }
    }

    /** The values of the references of one step; outputs may be long, so they are read when they are needed. */
    private record Values(FlowTasks tasks, Chain chain, Step step, String error) {

        String of(Reference reference) {
            return switch (reference) {
                case Reference.PreviousOutput() ->
                    output(done(chain.needed(step).findFirst().orElseThrow()));
                case Reference.StepOutput(String name) -> output(done(chain.named(name)));
                case Reference.StepVar(String name, String variable) ->
                    Objects.requireNonNull(done(chain.named(name)).variables().get(variable));
                case Reference.StepError() -> error;
                case Reference.Unknown(String path) -> throw new IllegalStateException("unknown reference " + path);
            };
        }

        private static StepState.Done done(Step needed) {
            return switch (needed.state()) {
                case StepState.Done done -> done;
                default -> throw new IllegalStateException(needed + " is not done");
            };
        }

        private String output(StepState.Done done) {
            return switch (tasks.find(done.taskId()).orElseThrow().state()) {
                case TaskState.Succeeded succeeded -> succeeded.answer().output();
                default -> throw new IllegalStateException("task " + done.taskId() + " has no output");
            };
        }
    }
}

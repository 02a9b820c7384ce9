package dev.claudepool.chain;

import dev.claudepool.problem.FieldRules;
import dev.claudepool.task.LabelRules;
import dev.claudepool.task.Labels;
import dev.claudepool.task.TaskSpec;
import dev.claudepool.task.TaskSpecRules;
import dev.claudepool.template.OutputVars;
import dev.claudepool.template.Reference;
import dev.claudepool.template.Template;
import java.time.Duration;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Checks a {@link ChainSpec} and names each field that breaks a rule: whatever can be known of its references and of
 * the order of its steps is known before the first of them costs anything.
 */
public final class ChainRules {

    static final int MOST_STEPS = 1000;
    static final int MOST_VARIABLES = 50;
    static final int MOST_RETRIES = 10;
    static final String STEP_PATTERN = "^[A-Za-z0-9_][A-Za-z0-9_-]{0,63}$";

    /** The longest quotation in a message, in characters. */
    private static final int LONGEST_QUOTE = 100;

    private static final Duration LONGEST_BACKOFF = Duration.ofHours(1);
    private static final Pattern STEP = Pattern.compile(STEP_PATTERN);
    /** {@code output} is the whole of it. */
    private static final Pattern VARIABLE = Pattern.compile("(?!output$)[A-Za-z0-9_][A-Za-z0-9_-]{0,63}");

    private final ChainSpec spec;
    private final FieldRules rules;
    private final StepGraph order;
    /** For each step the steps before it, once known. */
    private List<BitSet> before = List.of();
    /** The tags that all tasks get besides their own; none while they break a rule. */
    private List<String> inheritedTags = List.of();

    private ChainRules(ChainSpec spec, FieldRules rules) {
        this.spec = spec;
        this.rules = rules;
        this.order = new StepGraph(spec);
    }

    /** Adds the rules that {@code spec} breaks to {@code rules}. */
    public static void check(ChainSpec spec, FieldRules rules) {
        new ChainRules(spec, rules).check();
    }

    private void check() {
        int errors = rules.errors().size();
        LabelRules.check(spec.labels(), rules);
        if (rules.errors().size() == errors) {
            inheritedTags = spec.labels().tags();
        }
        TaskSpecRules.flow(spec.maxBudgetUsd(), spec.timeout(), rules);
        boolean countable = !spec.steps().isEmpty() && spec.steps().size() <= MOST_STEPS;
        rules.require(countable, "steps", "must be 1 to " + MOST_STEPS + " steps");
        if (countable) {
            steps();
        }
    }

    private void steps() {
        int errors = rules.errors().size();
        eachStep(this::order);
        if (rules.errors().size() == errors) { // else it is not known which steps come before which
            order.before()
                    .ifPresentOrElse(
                            known -> before = known,
                            () -> rules.require(false, "steps", "must not need each other in a circle"));
        }
        if (rules.errors().size() == errors) {
            eachStep(this::content);
        }
    }

    private void eachStep(Check check) {
        for (int position = 0; position < spec.steps().size() && !rules.areEnough(); position++) {
            check.check(spec.steps().get(position), position, within(position));
        }
    }

    private FieldRules within(int position) {
        return rules.within("steps[" + position + "]");
    }

    private void order(StepSpec step, int position, FieldRules ofStep) {
        ofStep.matches(step.name(), STEP, "name", "must be letters, digits, _ and - (1 to 64)");
        ofStep.require(order.position(step.name()) == position, "name", "must be another than that of an earlier step");
        List<String> needs = step.needs();
        if (needs == null) {
            return;
        }
        ofStep.require(
                spec.session() != ChainSpec.Session.CHAIN,
                "needs",
                "must be left out where the steps are in one session, one after the other");
        ofStep.require(new HashSet<>(needs).size() == needs.size(), "needs", "must name each step once");
        ofStep.require(
                needs.stream().allMatch(name -> order.position(name) != StepGraph.NOWHERE),
                "needs",
                "must be names of steps of this chain");
    }

    private void content(StepSpec step, int position, FieldRules ofStep) {
        ofStep.require(!step.prompt().isBlank(), "prompt", "must not be empty");
        references(step.prompt(), false, position, ofStep, "prompt");
        policy(step.failurePolicy(), position, ofStep.within("failurePolicy"));
        outputVars(step.outputVars(), ofStep);
        config(step.config(), ofStep.within("config"));
    }

    private static void outputVars(Map<String, String> paths, FieldRules ofStep) {
        if (paths.size() > MOST_VARIABLES) {
            ofStep.require(false, "outputVars", "must be at most " + MOST_VARIABLES);
            return;
        }
        paths.forEach((variable, path) -> {
            ofStep.matches(
                    variable, VARIABLE, "outputVars", "must have names of letters, digits, _ and -, other than output");
            ofStep.require(
                    path != null && OutputVars.isPath(path),
                    "outputVars",
                    "must be paths such as result.items[0].name");
        });
    }

    private void policy(StepSpec.FailurePolicy policy, int position, FieldRules ofPolicy) {
        ofPolicy.range(policy.retries(), 0, MOST_RETRIES, "retries");
        ofPolicy.require(
                !policy.backoff().isNegative() && policy.backoff().compareTo(LONGEST_BACKOFF) <= 0,
                "backoff",
                "must be between PT0S and PT1H");
        String recoveryPrompt = policy.recoveryPrompt();
        if (recoveryPrompt != null) {
            ofPolicy.require(!recoveryPrompt.isBlank(), "recoveryPrompt", "must not be empty");
            references(recoveryPrompt, true, position, ofPolicy, "recoveryPrompt");
        }
    }

    private void references(String text, boolean recovers, int position, FieldRules ofStep, String field) {
        ofStep.text(text, Integer.MAX_VALUE, field);
        for (Reference reference : Template.parse(text).references()) {
            String trouble = trouble(reference, recovers, position);
            if (trouble != null) {
                ofStep.require(false, field, trouble);
            }
            if (rules.areEnough()) {
                return;
            }
        }
    }

    /** Returns what is wrong with the reference at this place; null when nothing is. */
    private @Nullable String trouble(Reference reference, boolean recovers, int position) {
        return switch (reference) {
            case Reference.PreviousOutput() ->
                order.needs(position).size() == 1
                        ? null
                        : "must not have {previous_output} in a step that needs other than one step";
            case Reference.StepError() -> recovers ? null : "must not have {error}, which belongs to a recoveryPrompt";
            case Reference.StepOutput(String name) -> troubleWithStep(name, position);
            case Reference.StepVar(String name, String variable) -> {
                String trouble = troubleWithStep(name, position);
                yield trouble != null
                                || spec.steps()
                                        .get(order.position(name))
                                        .outputVars()
                                        .containsKey(variable)
                        ? trouble
                        : "must not refer to an output variable that its step does not have: " + cut(reference.text());
            }
            case Reference.Unknown unknown ->
                "must not have the unknown reference " + cut(unknown.text()) + "; the text itself is written {"
                        + cut(unknown.text()) + "}";
        };
    }

    private @Nullable String troubleWithStep(String name, int position) {
        int referred = order.position(name);
        if (referred == StepGraph.NOWHERE) {
            return "must not refer to " + cut(name) + ", which is no step of this chain";
        }
        return before.get(position).get(referred)
                ? null
                : "must not refer to " + cut(name) + ", which this step does not need, nor do those it needs";
    }

    private static String cut(String text) {
        return text.length() <= LONGEST_QUOTE ? text : text.substring(0, LONGEST_QUOTE) + "...";
    }

    private void config(TaskSpec config, FieldRules ofConfig) {
        ofConfig.require(config.prompt().isEmpty(), "prompt", "must be left out; the step has one");
        ofConfig.require(
                spec.session() != ChainSpec.Session.CHAIN || config.session().equals(TaskSpec.FRESH_SESSION),
                "session",
                "must be left out where the steps are in one session");
        Labels labels = config.labels().withTags(inheritedTags);
        TaskSpecRules.check(config.with("any", config.session(), labels), ofConfig);
    }

    /** Checks one step. */
    private interface Check {
        void check(StepSpec step, int position, FieldRules ofStep);
    }
}

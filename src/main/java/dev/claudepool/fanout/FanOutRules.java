package dev.claudepool.fanout;

import dev.claudepool.chain.ChainRules;
import dev.claudepool.chain.ChainService;
import dev.claudepool.chain.ChainSpec;
import dev.claudepool.problem.FieldRules;
import dev.claudepool.task.LabelRules;
import dev.claudepool.task.TaskSpec;
import dev.claudepool.task.TaskSpecRules;
import java.util.List;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

/** Checks a {@link FanOutSpec} and names each field that breaks a rule, with the index of its element. */
final class FanOutRules {

    static final int MOST_ELEMENTS = 10_000;

    private FanOutRules() {}

    /** @throws dev.claudepool.problem.ProblemException {@code validation-failed} */
    static void verify(FanOutSpec spec) {
        FieldRules rules = new FieldRules("");
        List<?> given = Stream.of(spec.prompts(), spec.tasks(), spec.chains())
                .filter(Objects::nonNull)
                .toList();
        rules.require(given.size() == 1, "tasks", "must be given, or prompts, or chains, and only one of these");
        rules.require(spec.size() >= 1 && spec.size() <= MOST_ELEMENTS, field(spec), "must be 1 to " + MOST_ELEMENTS);
        rules.range(spec.maxConcurrency(), 1, MOST_ELEMENTS, "maxConcurrency");
        LabelRules.check(spec.labels(), rules);
        TaskSpecRules.flow(spec.maxBudgetUsd(), spec.timeout(), rules);
        rules.verify();
        elements(spec, rules);
        rules.verify();
    }

    private static void elements(FanOutSpec spec, FieldRules rules) {
        int size = spec.size();
        List<TaskSpec> tasks = spec.allTasks();
        List<ChainSpec> chains = spec.allChains();
        for (int i = 0; i < size && !rules.areEnough(); i++) {
            String element = field(spec) + "[" + i + "]";
            if (spec.prompts() != null) {
                prompt(spec.prompts().get(i), element, rules);
            } else if (spec.tasks() != null) {
                TaskSpecRules.check(tasks.get(i), rules.within(element));
            } else {
                ChainRules.check(chains.get(i), rules.within(element));
            }
        }
    }

    /** Calls {@code check} with each task that says more than a prompt, and with the rules of its fields. */
    static void forEachTask(FanOutSpec spec, FieldRules rules, BiConsumer<TaskSpec, FieldRules> check) {
        if (spec.prompts() != null) {
            return;
        }
        List<TaskSpec> tasks = spec.allTasks();
        for (int i = 0; i < tasks.size(); i++) {
            check.accept(tasks.get(i), rules.within("tasks[" + i + "]"));
        }
        List<ChainSpec> chains = spec.allChains();
        for (int i = 0; i < chains.size(); i++) {
            ChainService.forEachTask(chains.get(i), rules.within("chains[" + i + "]"), check);
        }
    }

    /** A prompt that is no good is named by its index alone: it has no fields. */
    private static void prompt(String prompt, String element, FieldRules rules) {
        TaskSpecRules.check(TaskSpec.ofPrompt(prompt), "")
                .forEach(error -> rules.require(false, element, error.message()));
    }

    /** The name of the list that holds the elements. */
    static String field(FanOutSpec spec) {
        return spec.prompts() != null ? "prompts" : spec.chains() != null ? "chains" : "tasks";
    }
}

package dev.claudepool.task;

import dev.claudepool.problem.FieldRules;
import java.util.regex.Pattern;

/** Checks {@link Labels} and names each field that breaks a rule. */
public final class LabelRules {

    /** What tags, roles and the keys of metadata consist of. */
    public static final String LABEL_PATTERN = "^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$";

    static final Pattern LABEL = Pattern.compile(LABEL_PATTERN);

    static final int LONGEST_NAME = 200;
    static final int MOST_TAGS = 20;
    static final int MOST_PAIRS = 16;
    private static final int LONGEST_VALUE = 500;

    private LabelRules() {}

    /** Adds the rules that {@code labels} break to {@code rules}. */
    public static void check(Labels labels, FieldRules rules) {
        rules.text(labels.name(), LONGEST_NAME, "name");
        rules.require(labels.tags().size() <= MOST_TAGS, "tags", "must be at most " + MOST_TAGS);
        labels.tags()
                .forEach(tag -> rules.matches(tag, LABEL, "tags", "must be letters, digits and . _ : - (at most 64)"));
        rules.require(labels.metadata().size() <= MOST_PAIRS, "metadata", "must be at most " + MOST_PAIRS + " pairs");
        labels.metadata().forEach((key, value) -> {
            rules.matches(key, LABEL, "metadata", "must have keys of letters, digits and . _ : - (at most 64)");
            rules.require(value != null, "metadata", "must not hold null");
            rules.text(value, LONGEST_VALUE, "metadata");
        });
    }
}

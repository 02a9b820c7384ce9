package dev.claudepool.web;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Collects the rules that the fields of a request break. Not thread-safe. */
public final class FieldRules {

    private final String prefix;
    private final List<FieldError> errors;

    /** @param prefix what stands before the names of the fields, such as {@code config.} */
    public FieldRules(String prefix) {
        this(prefix, new ArrayList<>());
    }

    private FieldRules(String prefix, List<FieldError> errors) {
        this.prefix = prefix;
        this.errors = errors;
    }

    /** Rules for the fields of what {@code field} holds; they collect into this. */
    public FieldRules within(String field) {
        return new FieldRules(prefix + field + ".", errors);
    }

    /** The broken rules so far, none when all is good. */
    public List<FieldError> errors() {
        return List.copyOf(errors);
    }

    /** @throws ProblemException {@code validation-failed}, when a rule is broken */
    public void verify() {
        if (!errors.isEmpty()) {
            throw ProblemException.invalid(errors);
        }
    }

    public void require(boolean holds, String field, String message) {
        if (!holds) {
            errors.add(new FieldError(prefix + field, message));
        }
    }

    /** Null is fine. */
    public void matches(@Nullable String value, Pattern pattern, String field, String message) {
        require(value == null || pattern.matcher(value).matches(), field, message);
    }

    /** Both ends included; null is fine. */
    public void range(@Nullable Integer value, int least, int most, String field) {
        require(value == null || (value >= least && value <= most), field, "must be between " + least + " and " + most);
    }

    /**
     * At most {@code longest} UTF-16 units of valid Unicode; null is fine. Half of a surrogate pair can be neither
     * stored nor sent: it would come back as a question mark.
     */
    public void text(@Nullable String text, int longest, String field) {
        require(text == null || text.length() <= longest, field, "must have at most " + longest + " characters");
        require(text == null || StandardCharsets.UTF_8.newEncoder().canEncode(text), field, "must be valid Unicode");
    }
}

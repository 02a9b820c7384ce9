package dev.claudepool.context;

import dev.claudepool.problem.FieldError;
import dev.claudepool.problem.ProblemException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The rules of the shared context. The limits keep it small, because every request to the model carries all of it;
 * characters are those of Java, of which an emoji is two or more.
 */
final class ContextRules {

    /** The most characters of one value. */
    static final int MOST_OF_VALUE = 16 * 1024;
    /** The most characters of all values together. */
    static final int MOST_OF_ALL = 64 * 1024;
    /** The most keys. */
    static final int MOST_KEYS = 100;

    /** Nothing that would have to be escaped in a path or in the prompt. */
    static final String KEY_PATTERN = "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$";

    private static final Pattern KEY = Pattern.compile(KEY_PATTERN);

    private static final FieldError BAD_KEY =
            new FieldError("key", "must be letters, digits and . _ - (at most 64), and begin with a letter or a digit");

    private ContextRules() {}

    /** @throws ProblemException {@code validation-failed} */
    static void check(String key) {
        if (!isKey(key)) {
            throw ProblemException.invalid(List.of(BAD_KEY));
        }
    }

    /** @throws ProblemException {@code validation-failed}, with all that is wrong */
    static void check(String key, String value) {
        List<FieldError> errors = new ArrayList<>();
        if (!isKey(key)) {
            errors.add(BAD_KEY);
        }
        if (value.length() > MOST_OF_VALUE) {
            errors.add(new FieldError("value", "must have at most " + MOST_OF_VALUE + " characters"));
        }
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(value)) {
            errors.add(new FieldError("value", "must be valid Unicode"));
        }
        if (!errors.isEmpty()) {
            throw ProblemException.invalid(errors);
        }
    }

    /**
     * Checks what would be the whole context.
     *
     * @throws ProblemException {@code validation-failed}
     */
    static void check(Collection<ContextEntry> all) {
        if (all.size() > MOST_KEYS) {
            throw ProblemException.invalid(
                    "key", "must be one of those there are, since there may be at most " + MOST_KEYS);
        }
        if (all.stream().mapToInt(entry -> entry.value().length()).sum() > MOST_OF_ALL) {
            throw ProblemException.invalid(
                    "value", "must be shorter: all values together may have at most " + MOST_OF_ALL + " characters");
        }
    }

    private static boolean isKey(String key) {
        return KEY.matcher(key).matches();
    }
}

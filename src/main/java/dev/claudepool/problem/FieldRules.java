package dev.claudepool.problem;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Collects the rules that the fields of a request break. Not thread-safe. */
public final class FieldRules {

    /** The least amount above 0, in USD. */
    public static final String LEAST_USD_TEXT = "0.000000001";

    /** The most of an amount, in USD. */
    public static final String MOST_USD_TEXT = "1000000000";

    /** The most that one task may cost, in USD: the sum over all tasks that ever run at once cannot overflow. */
    public static final String MOST_USD_OF_ONE_TEXT = "1000000";

    private static final BigDecimal MOST_USD = new BigDecimal(MOST_USD_TEXT);
    private static final BigDecimal MOST_USD_OF_ONE = new BigDecimal(MOST_USD_OF_ONE_TEXT);

    private static final int MONEY_DECIMALS = 9;

    /** An answer that names thousands of fields helps nobody. */
    private static final int MOST_ERRORS = 100;

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

    /** Returns whether so many rules are broken that no more need be looked for. */
    public boolean areEnough() {
        return errors.size() >= MOST_ERRORS;
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

    /** An amount in USD from 0 to a billion, with at most 9 decimals; null is fine. */
    public void money(@Nullable BigDecimal usd, String field) {
        if (usd != null) {
            require(usd.signum() >= 0 && usd.compareTo(MOST_USD) <= 0, field, "must be between 0 and " + MOST_USD);
            decimals(usd, field);
        }
    }

    /** An amount in USD above 0, up to a million, with at most 9 decimals; null is fine. */
    public void positiveMoney(@Nullable BigDecimal usd, String field) {
        if (usd != null) {
            require(
                    usd.signum() > 0 && usd.compareTo(MOST_USD_OF_ONE) <= 0,
                    field,
                    "must be more than 0 and at most " + MOST_USD_OF_ONE);
            decimals(usd, field);
        }
    }

    private void decimals(BigDecimal usd, String field) {
        require(
                usd.stripTrailingZeros().scale() <= MONEY_DECIMALS,
                field,
                "must have at most " + MONEY_DECIMALS + " decimals");
    }

    /**
     * A copy of a list that JSON brought; null when there was none.
     *
     * @throws ProblemException {@code validation-failed}, when it holds null
     */
    public static <T> @Nullable List<T> copyOf(@Nullable List<T> values, String field) {
        if (values == null) {
            return null;
        }
        if (values.stream().anyMatch(Objects::isNull)) {
            throw ProblemException.invalid(field, "must not hold null");
        }
        return List.copyOf(values);
    }

    /** Returns what {@link #copyOf} returns, or an empty list for null. */
    public static <T> List<T> listOf(@Nullable List<T> values, String field) {
        List<T> copy = copyOf(values, field);
        return copy == null ? List.of() : copy;
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

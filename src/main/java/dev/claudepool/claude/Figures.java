package dev.claudepool.claude;

import dev.claudepool.budget.Money;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Reads the figures of a line from the CLI, and refuses those that cannot be true: with them, sums and times would run
 * over. A figure that is missing is 0.
 */
final class Figures {

    /** A figure that cannot be true. */
    static final class Implausible extends RuntimeException {

        private static final long serialVersionUID = 1;

        private Implausible(String field) {
            super("claude reported a value of " + field + " that cannot be true.");
        }
    }

    private static final BigDecimal MOST_USD = new BigDecimal(1_000_000);
    private static final long MOST_TOKENS = 1_000_000_000_000L;
    private static final long MOST_TURNS = 1_000_000;
    private static final Duration LONGEST = Duration.ofDays(366);
    private static final Duration LONGEST_LIMIT = Duration.ofDays(3660);
    private static final Duration LONGEST_AGE = Duration.ofDays(1);

    /** A time as seconds would be in 1973. */
    private static final long FIRST_MILLIS = 100_000_000_000L;

    private static final Pattern UUID_TEXT = Pattern.compile("\\p{XDigit}{8}(-\\p{XDigit}{4}){3}-\\p{XDigit}{12}");

    private Figures() {}

    /** Up to a million dollars. */
    static Money usd(JsonNode node, String field) {
        return Money.usd(figure(node, field, MOST_USD));
    }

    static long tokens(JsonNode node, String field) {
        return count(node, field, MOST_TOKENS);
    }

    /** A number of rounds of the model, or of tries. */
    static int turns(JsonNode node, String field) {
        return (int) count(node, field, MOST_TURNS);
    }

    static Duration millis(JsonNode node, String field) {
        return Duration.ofMillis(count(node, field, LONGEST.toMillis()));
    }

    /** Returns when a limit ends, in seconds or in milliseconds since 1970; null when that is not known. */
    static @Nullable Instant endOfLimit(JsonNode node, String field, Instant now) {
        long value = count(node, field, Long.MAX_VALUE);
        if (value == 0) {
            return null;
        }
        Instant end = value < FIRST_MILLIS ? Instant.ofEpochSecond(value) : Instant.ofEpochMilli(value);
        if (end.isBefore(now.minus(LONGEST_AGE)) || end.isAfter(now.plus(LONGEST_LIMIT))) {
            throw new Implausible(field);
        }
        return end;
    }

    static @Nullable UUID uuid(JsonNode node, String field) {
        JsonNode text = node.path(field);
        if (!text.isString()) {
            return null;
        }
        if (!UUID_TEXT.matcher(text.asString()).matches()) {
            throw new Implausible(field);
        }
        return UUID.fromString(text.asString());
    }

    /** A name of something, which is stored. */
    static String name(String name, String field) {
        if (name.length() > 200) {
            throw new Implausible(field);
        }
        return name;
    }

    private static long count(JsonNode node, String field, long most) {
        return figure(node, field, BigDecimal.valueOf(most)).longValue();
    }

    private static BigDecimal figure(JsonNode node, String field, BigDecimal most) {
        JsonNode value = node.path(field);
        BigDecimal figure = value.isNumber() ? value.decimalValue() : BigDecimal.ZERO;
        if (figure.signum() < 0 || figure.compareTo(most) > 0) {
            throw new Implausible(field);
        }
        return figure;
    }
}

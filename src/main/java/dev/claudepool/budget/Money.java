package dev.claudepool.budget;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.math.BigDecimal;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;

/**
 * An exact, signed amount of US dollars, kept as whole nano-dollars (10<sup>-9</sup> USD).
 *
 * <p>A nano-dollar divides every published token price (the cheapest are some cents per million tokens), and a
 * {@code long} of them reaches 9.2 billion dollars. JSON is a decimal number of dollars. Immutable.
 *
 * @param nanos whole nano-dollars
 */
public record Money(long nanos) implements Comparable<Money> {

    private static final int SCALE = 9;
    private static final int MOST_DIGITS = 10;

    public static final Money ZERO = new Money(0);

    /**
     * Reads dollars; digits beyond the ninth decimal are rounded half up (the CLI reports binary floating point, such
     * as {@code 0.0012200000000000002}).
     *
     * @throws ArithmeticException when the amount is beyond 9.2 billion dollars
     */
    @JsonCreator
    public static Money usd(BigDecimal dollars) {
        long digits = (long) dollars.precision() - dollars.scale(); // before the point: 1E999999999 is a short text
        if (dollars.signum() == 0 || digits < -SCALE) {
            return ZERO;
        }
        if (digits > MOST_DIGITS) {
            throw new ArithmeticException("beyond 9.2 billion dollars");
        }
        return new Money(
                dollars.setScale(SCALE, RoundingMode.HALF_UP).unscaledValue().longValueExact());
    }

    public static Money usd(String dollars) {
        return usd(new BigDecimal(dollars));
    }

    public static Money ofNanos(long nanos) {
        return nanos == 0 ? ZERO : new Money(nanos);
    }

    static @Nullable Money ofNullableNanos(@Nullable Long nanos) {
        return nanos == null ? null : ofNanos(nanos);
    }

    public Money plus(Money other) {
        return ofNanos(Math.addExact(nanos, other.nanos));
    }

    public Money minus(Money other) {
        return ofNanos(Math.subtractExact(nanos, other.nanos));
    }

    public boolean isNegative() {
        return nanos < 0;
    }

    /** The amount in dollars without trailing zeros, never in scientific notation when printed as plain string. */
    @JsonValue
    public BigDecimal toUsd() {
        BigDecimal dollars = BigDecimal.valueOf(nanos, SCALE).stripTrailingZeros();
        return dollars.scale() < 0 ? dollars.setScale(0) : dollars;
    }

    @Override
    public int compareTo(Money other) {
        return Long.compare(nanos, other.nanos);
    }

    @Override
    public String toString() {
        return "$" + toUsd().toPlainString();
    }
}

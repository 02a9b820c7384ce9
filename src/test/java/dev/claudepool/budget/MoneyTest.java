package dev.claudepool.budget;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.claudepool.web.ApiJson;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

class MoneyTest {

    private final JsonMapper json = ApiJson.mapper();

    @ParameterizedTest
    @CsvSource({
        "0.0012200000000000002, 1220000",
        "0.001219999999999999, 1220000",
        "0.0000000005, 1",
        "0.00000000049999999999999999, 0",
        "-0.0000000005, -1",
        "0.123456789123456789123456789123, 123456789",
        "1, 1000000000",
        "1E3, 1000000000000",
        "9223372036.854775807, 9223372036854775807",
        "-9223372036.854775808, -9223372036854775808",
        "1E-2147483647, 0",
        "0E999999999, 0",
        "-1E-10, 0"
    })
    void readsDollarsAsWholeNanos(String dollars, long nanos) {
        assertThat(Money.usd(dollars)).isEqualTo(Money.ofNanos(nanos));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"9223372036.854775808", "-9223372036.854775809", "1E10", "1E30", "1E2147483647", "-1E999999999"})
    void refusesWhatNoLongHolds(String dollars) {
        assertThatThrownBy(() -> Money.usd(dollars)).isInstanceOf(ArithmeticException.class);
    }

    @Test
    void roundsAsArithmeticDoesAndPrintsWhatItReads() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            BigDecimal dollars = new BigDecimal(new BigInteger(60, random), random.nextInt(9, 31));
            Money money = Money.usd(dollars);

            assertThat(money.toUsd())
                    .as("seed %d: %s", seed, dollars)
                    .isEqualByComparingTo(dollars.setScale(9, RoundingMode.HALF_UP));
            assertThat(Money.usd(money.toUsd())).as("seed %d", seed).isEqualTo(money);
            assertThat(json.readValue(json.writeValueAsString(money), Money.class))
                    .as("seed %d", seed)
                    .isEqualTo(money);
        }
    }

    @Test
    void sumsAreExactInAnyOrder() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            Money a = Money.ofNanos(random.nextLong() >> 3);
            Money b = Money.ofNanos(random.nextLong() >> 3);
            Money c = Money.ofNanos(random.nextLong() >> 3);

            assertThat(a.plus(b).plus(c))
                    .as("seed %d", seed)
                    .isEqualTo(c.plus(a).plus(b));
            assertThat(a.plus(b).minus(b)).as("seed %d", seed).isEqualTo(a);
            assertThat(a.plus(b).toUsd())
                    .as("seed %d", seed)
                    .isEqualByComparingTo(a.toUsd().add(b.toUsd()));
            assertThat(a.compareTo(b)).as("seed %d", seed).isEqualTo(a.toUsd().compareTo(b.toUsd()));
        }
    }

    @Test
    void refusesToOverflow() {
        Money most = Money.ofNanos(Long.MAX_VALUE);

        assertThatThrownBy(() -> most.plus(Money.ofNanos(1))).isInstanceOf(ArithmeticException.class);
        assertThatThrownBy(() -> Money.ofNanos(Long.MIN_VALUE).minus(Money.ofNanos(1)))
                .isInstanceOf(ArithmeticException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0, $0",
        "1, 0.000000001, $0.000000001",
        "50000000000, 50, $50",
        "70000000, 0.07, $0.07",
        "-1500000000, -1.5, $-1.5"
    })
    void isAPlainNumberInJson(long nanos, String number, String text) {
        assertThat(json.writeValueAsString(Money.ofNanos(nanos))).isEqualTo(number);
        assertThat(Money.ofNanos(nanos)).hasToString(text);
    }
}

package dev.claudepool.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.claudepool.budget.Money;
import dev.claudepool.budget.Tokens;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The prices against figures that the CLI reported for single requests. */
class PriceTest {

    @ParameterizedTest
    @CsvSource({
        "claude-opus-5-5,   100,     20,    0,       0,       0.0008",
        "claude-opus-5-5,   1000,    10,    500,     300,     0.0058",
        "claude-opus-5-5,   1000000, 10000, 1000000, 1000000, 9.4",
        "claude-sonnet-5-5, 300000,  10000, 0,       0,       0.7",
        "claude-sonnet-5-5, 1000000, 10000, 1000000, 1000000, 4.7",
        "claude-haiku-5-5,  100000,  1000,  0,       0,       0.0105",
        "claude-haiku-5-5,  0,       1000,  100000,  0,       0.0015",
        "claude-haiku-5-5,  100001,  0,     0,       0,       0.0500005",
        "claude-haiku-5-5,  100000,  0,     100000,  1,       0.055000625",
        "claude-haiku-5-5,  300000,  10000, 0,       0,       0.175",
        "claude-haiku-5-5,  1000000, 10000, 1000000, 1000000, 1.2",
    })
    void arePricedAsTheCliDoes(String model, long input, long output, long cacheRead, long cacheWrite, String usd) {
        assertThat(Price.of(model).times(new Tokens(input, output, cacheRead, cacheWrite)))
                .isEqualTo(Money.usd(usd));
    }
}

package dev.claudepool.demo;

import dev.claudepool.budget.Money;
import dev.claudepool.budget.Tokens;

/**
 * What a model's tokens cost, in nano-dollars each, as the CLI computes it.
 *
 * @param model the beginning of the model's name
 */
record Price(String model, long input, long output, long cacheRead, long cacheWrite) {

    /** Measured with version 2.1.330 of the CLI. */
    private static final Price[] TABLE = {
        new Price("claude-opus", 4_000, 20_000, 400, 5_000),
        new Price("claude-sonnet", 2_000, 10_000, 200, 2_500),
        new Price("claude-haiku", 100, 500, 10, 125),
    };

    /** The price of a model; an unknown one costs as much as the dearest. */
    static Price of(String model) {
        for (Price price : TABLE) {
            if (model.startsWith(price.model)) {
                return price;
            }
        }
        return TABLE[0];
    }

    Money times(Tokens tokens) {
        return Money.ofNanos(input * tokens.input()
                + output * tokens.output()
                + cacheRead * tokens.cacheRead()
                + cacheWrite * tokens.cacheWrite());
    }
}

package dev.claudepool.demo;

import dev.claudepool.budget.Money;
import dev.claudepool.budget.Tokens;

/**
 * What a model's tokens cost, in nano-dollars each, as the CLI computes it.
 *
 * @param model the beginning of the model's name
 * @param longPrompt how many times as much everything costs when the prompt is long
 */
record Price(String model, long input, long output, long cacheRead, long cacheWrite, long longPrompt) {

    private static final long LONG_PROMPT = 100_000;

    /** Measured with version 2.1.330 of the CLI; cache writes are those for five minutes. */
    private static final Price[] TABLE = {
        new Price("claude-opus-5-5", 4_000, 20_000, 200, 5_000, 1),
        new Price("claude-sonnet-5-5", 2_000, 10_000, 100, 2_500, 1),
        new Price("claude-haiku-5-5", 100, 500, 10, 125, 5),
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

    /** The price of one request. */
    Money times(Tokens tokens) {
        long nanos = input * tokens.input()
                + output * tokens.output()
                + cacheRead * tokens.cacheRead()
                + cacheWrite * tokens.cacheWrite();
        long prompt = tokens.input() + tokens.cacheRead() + tokens.cacheWrite();
        return Money.ofNanos(prompt > LONG_PROMPT ? nanos * longPrompt : nanos);
    }
}

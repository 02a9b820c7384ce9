package dev.claudepool.budget;

/**
 * What one model has cost.
 *
 * @param spendUsd the price as the CLI computes it, in USD
 * @param tokens the tokens behind it
 */
public record ModelSpend(Money spendUsd, Tokens tokens) {

    static final ModelSpend NOTHING = new ModelSpend(Money.ZERO, Tokens.NONE);

    ModelSpend plus(ModelSpend other) {
        return new ModelSpend(spendUsd.plus(other.spendUsd), tokens.plus(other.tokens));
    }

    ModelSpend minus(ModelSpend other) {
        return new ModelSpend(spendUsd.minus(other.spendUsd), tokens.minus(other.tokens));
    }
}

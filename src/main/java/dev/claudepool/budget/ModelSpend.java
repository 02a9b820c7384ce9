package dev.claudepool.budget;

import com.fasterxml.jackson.annotation.JsonAlias;

/**
 * What one model has cost. The alias is the name in documents that older versions stored.
 *
 * @param spentUsd the price as the CLI computes it, in USD
 * @param tokens the tokens behind it
 */
public record ModelSpend(@JsonAlias("spendUsd") Money spentUsd, Tokens tokens) {

    static final ModelSpend NOTHING = new ModelSpend(Money.ZERO, Tokens.NONE);

    ModelSpend plus(ModelSpend other) {
        return new ModelSpend(spentUsd.plus(other.spentUsd), tokens.plus(other.tokens));
    }

    ModelSpend minus(ModelSpend other) {
        return new ModelSpend(spentUsd.minus(other.spentUsd), tokens.minus(other.tokens));
    }
}

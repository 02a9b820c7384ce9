package dev.claudepool.budget;

/**
 * What something cost: an attempt, a task, or a running total.
 *
 * @param usd the price as the CLI computes it
 * @param tokens the tokens behind it, over all models
 * @param estimated true when the CLI ended without a final account and this is the last figure seen
 */
public record Spend(Money usd, Tokens tokens, boolean estimated) {

    public static final Spend NOTHING = new Spend(Money.ZERO, Tokens.NONE, false);

    public Spend plus(Spend other) {
        return new Spend(usd.plus(other.usd), tokens.plus(other.tokens), estimated || other.estimated);
    }

    /** The part of this running total that came after {@code baseline}. */
    public Spend since(Spend baseline) {
        return new Spend(usd.minus(baseline.usd), tokens.minus(baseline.tokens), estimated);
    }

    public Spend asEstimate() {
        return new Spend(usd, tokens, true);
    }
}

package dev.claudepool.demo;

import dev.claudepool.budget.Money;
import dev.claudepool.budget.Spend;
import dev.claudepool.budget.Tokens;
import java.util.Map;

/**
 * What was served so far.
 *
 * @param wholeByModel answers that were sent to their end
 * @param cutByModel answers that ended early, as far as the client was told their tokens
 */
public record Served(Map<String, Spend> wholeByModel, Map<String, Spend> cutByModel) {

    public Spend whole() {
        return sum(wholeByModel);
    }

    public Spend cut() {
        return sum(cutByModel);
    }

    /** Everything, cut or not. */
    public Money usd() {
        return whole().plus(cut()).usd();
    }

    /** Everything, cut or not. */
    public Tokens tokens() {
        return whole().plus(cut()).tokens();
    }

    private static Spend sum(Map<String, Spend> spends) {
        return spends.values().stream().reduce(Spend.NOTHING, Spend::plus);
    }
}

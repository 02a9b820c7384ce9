package dev.claudepool.demo;

import dev.claudepool.budget.Money;
import dev.claudepool.budget.Spend;
import dev.claudepool.budget.Tokens;
import java.util.Map;

/**
 * What the stand-in served so far, by model, priced as the CLI prices it.
 *
 * @param wholeByModel answers that were sent to their end
 * @param cutByModel answers that broke off, or that the client cut, after some content had come; the CLI counts the
 *     input, and estimates the output as a third of the characters that came, at least 1
 * @param lostByModel answers that were cut before any content came; the CLI counts nothing
 */
public record Served(Map<String, Spend> wholeByModel, Map<String, Spend> cutByModel, Map<String, Spend> lostByModel) {

    public Spend whole() {
        return sum(wholeByModel);
    }

    public Spend cut() {
        return sum(cutByModel);
    }

    public Spend lost() {
        return sum(lostByModel);
    }

    /** The price of what the CLI counts: whole and cut answers. */
    public Money usd() {
        return whole().plus(cut()).usd();
    }

    /** The tokens that the CLI counts: those of whole and cut answers. */
    public Tokens tokens() {
        return whole().plus(cut()).tokens();
    }

    private static Spend sum(Map<String, Spend> spends) {
        return spends.values().stream().reduce(Spend.NOTHING, Spend::plus);
    }
}

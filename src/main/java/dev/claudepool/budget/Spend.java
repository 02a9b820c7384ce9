package dev.claudepool.budget;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What something cost: an attempt, a task, or a running total.
 *
 * @param usd the price as the CLI computes it
 * @param tokens the tokens behind it, over all models
 * @param estimated true when the CLI ended without a final account and this is the last figure seen
 * @param models the same by the model's name, without those that cost nothing
 */
public record Spend(Money usd, Tokens tokens, boolean estimated, Map<String, ModelSpend> models) {

    public static final Spend NOTHING = new Spend(Money.ZERO, Tokens.NONE, false, Map.of());

    public Spend {
        models = Map.copyOf(models);
    }

    /** A cost that is not split by model. */
    public Spend(Money usd, Tokens tokens, boolean estimated) {
        this(usd, tokens, estimated, Map.of());
    }

    public Spend plus(Spend other) {
        SortedMap<String, ModelSpend> sum = new TreeMap<>(models);
        other.models.forEach((model, spend) -> sum.merge(model, spend, ModelSpend::plus));
        return new Spend(usd.plus(other.usd), tokens.plus(other.tokens), estimated || other.estimated, sum);
    }

    /** The part of this running total that came after {@code baseline}. */
    public Spend since(Spend baseline) {
        SortedMap<String, ModelSpend> rest = new TreeMap<>(models);
        rest.replaceAll((model, spend) -> spend.minus(baseline.models.getOrDefault(model, ModelSpend.NOTHING)));
        rest.values().removeIf(ModelSpend.NOTHING::equals);
        return new Spend(usd.minus(baseline.usd), tokens.minus(baseline.tokens), estimated, rest);
    }

    public Spend asEstimate() {
        return new Spend(usd, tokens, true, models);
    }
}

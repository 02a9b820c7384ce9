package dev.claudepool.demo;

import dev.claudepool.budget.Spend;
import dev.claudepool.budget.Tokens;
import java.util.HashMap;
import java.util.Map;

/** Counts what was served, by model. Thread-safe. */
final class Meter {

    private final Map<String, Spend> whole = new HashMap<>();
    private final Map<String, Spend> cut = new HashMap<>();
    private final Map<String, Spend> lost = new HashMap<>();

    synchronized void served(String model, Tokens tokens) {
        add(whole, model, tokens);
    }

    synchronized void cut(String model, Tokens tokens) {
        add(cut, model, tokens);
    }

    synchronized void lost(String model, Tokens tokens) {
        add(lost, model, tokens);
    }

    synchronized Served read() {
        return new Served(Map.copyOf(whole), Map.copyOf(cut), Map.copyOf(lost));
    }

    private static void add(Map<String, Spend> spends, String model, Tokens tokens) {
        spends.merge(model, new Spend(Price.of(model).times(tokens), tokens, false), Spend::plus);
    }
}

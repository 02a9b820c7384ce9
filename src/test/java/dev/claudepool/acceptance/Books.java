package dev.claudepool.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The ledger as a client reads it, and what follows from it. */
record Books(List<JsonNode> entries) {

    private static final JsonMapper EXACT = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    /** Reads all pages. */
    static Books of(PoolClient client) {
        List<JsonNode> entries = new ArrayList<>();
        String cursor = "";
        do {
            JsonNode page = exact(client, "/budget/ledger?limit=200&cursor=" + cursor);
            page.at("/items").forEach(entries::add);
            cursor = page.at("/next").asString("");
        } while (!cursor.isEmpty());
        return new Books(entries.reversed());
    }

    /** What the service answers, with its decimals as they are. */
    static JsonNode exact(PoolClient client, String path) {
        PoolClient.Answer answer = client.get(path);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return EXACT.readTree(answer.text());
    }

    static BigDecimal usd(JsonNode node, String pointer) {
        return node.at(pointer).decimalValue();
    }

    BigDecimal spent() {
        return sum("/spentUsd");
    }

    BigDecimal reserved() {
        return sum("/reservedUsd");
    }

    /** What a task has cost. */
    BigDecimal spentBy(String taskId) {
        return entries.stream()
                .filter(entry -> entry.at("/taskId").asString("").equals(taskId))
                .map(entry -> usd(entry, "/spentUsd"))
                .reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    private BigDecimal sum(String pointer) {
        return entries.stream().map(entry -> usd(entry, pointer)).reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    /**
     * Goes through all of it: no claim let spent and reserved pass the cap, and each attempt was settled at most once.
     */
    void verify() {
        BigDecimal spent = BigDecimal.ZERO;
        BigDecimal reserved = BigDecimal.ZERO;
        BigDecimal cap = null;
        Map<String, BigDecimal> open = new HashMap<>();
        Set<String> settled = new HashSet<>();
        for (JsonNode entry : entries) {
            spent = spent.add(usd(entry, "/spentUsd"));
            reserved = reserved.add(usd(entry, "/reservedUsd"));
            String attempt = entry.at("/taskId").asString("") + " "
                    + entry.at("/attempt").asString("");
            assertThat(usd(entry, "/spentUsd").signum()).as(entry.toString()).isNotNegative();
            switch (entry.at("/kind").asString()) {
                case "CAP" -> cap = entry.at("/capUsd").isNull() ? null : usd(entry, "/capUsd");
                case "RESERVED" -> {
                    assertThat(open.put(attempt, usd(entry, "/reservedUsd"))).isNull();
                    if (cap != null) {
                        assertThat(spent.add(reserved)).as(entry.toString()).isLessThanOrEqualTo(cap);
                    }
                }
                case "SETTLED" -> {
                    assertThat(settled.add(attempt)).as(entry.toString()).isTrue();
                    assertThat(open.remove(attempt))
                            .as(entry.toString())
                            .isEqualByComparingTo(usd(entry, "/reservedUsd").negate());
                }
                default -> {}
            }
        }
        assertThat(reserved).isEqualByComparingTo(open.values().stream().reduce(BigDecimal.ZERO, BigDecimal::add));
    }
}

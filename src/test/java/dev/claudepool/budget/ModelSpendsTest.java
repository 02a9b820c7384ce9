package dev.claudepool.budget;

import static org.assertj.core.api.Assertions.assertThat;

import dev.claudepool.web.ApiJson;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class ModelSpendsTest {

    private static final Map<String, ModelSpend> SPEND =
            Map.of("opus", new ModelSpend(Money.usd("0.25"), new Tokens(1, 2, 3, 4)));

    private final JsonMapper json = ApiJson.mapper();

    @Test
    void readsWhatItWrites() {
        assertThat(ModelSpends.parse(json, ModelSpends.print(json, SPEND))).isEqualTo(SPEND);
    }

    @Test
    void readsWhatOlderVersionsWrote() {
        assertThat(ModelSpends.parse(json, """
                        {"opus":{"spendUsd":0.25,"tokens":{"input":1,"output":2,"cacheRead":3,"cacheWrite":4}}}""")).isEqualTo(SPEND);
    }
}

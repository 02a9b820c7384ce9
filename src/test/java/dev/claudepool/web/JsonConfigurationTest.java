package dev.claudepool.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.json.JsonMapper;

class JsonConfigurationTest {

    private final JsonMapper json = mapper();

    /** Something of each type that the API has. */
    record Sample(
            @Nullable Instant at,
            @Nullable Duration timeout,
            @Nullable BigDecimal spentUsd,
            @Nullable BigDecimal number) {}

    @Test
    void writesTimesAndDurationsAsIsoAndDecimalsPlain() {
        Sample sample = new Sample(
                Instant.parse("2026-01-31T12:00:00.123Z"),
                Duration.ofMinutes(10),
                new BigDecimal("8E-7"),
                new BigDecimal("1E+3"));

        assertThat(json.writeValueAsString(sample)).isEqualTo("""
                {"at":"2026-01-31T12:00:00.123Z","timeout":"PT10M","spentUsd":0.0000008,"number":1000}""");
    }

    @Test
    void writesNulls() {
        assertThat(json.writeValueAsString(new Sample(null, null, null, null)))
                .isEqualTo("{\"at\":null,\"timeout\":null,\"spentUsd\":null,\"number\":null}");
    }

    @Test
    void readsWhatItWrites() {
        Sample sample = new Sample(
                Instant.parse("2026-01-31T12:00:00Z"), Duration.ofMillis(1500), new BigDecimal("12"), BigDecimal.TEN);

        assertThat(json.readValue(json.writeValueAsString(sample), Sample.class))
                .isEqualTo(sample);
    }

    @Test
    void readsNumbersOnlyFromNumbers() {
        assertThatThrownBy(() -> json.readValue("{\"spentUsd\":\"1.5\"}", Sample.class))
                .isInstanceOf(MismatchedInputException.class);
    }

    @Test
    void readsTimesWithAnyOffset() {
        assertThat(json.readValue("{\"at\":\"2026-01-31T14:00:00+02:00\"}", Sample.class)
                        .at())
                .isEqualTo(Instant.parse("2026-01-31T12:00:00Z"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1769860800", "\"1769860800\"", "\"2026-01-31\"", "\"2026-01-31T12:00:00\"", "\"\""})
    void readsTimesOnlyFromTimesWithAnOffset(String text) {
        assertThatThrownBy(() -> json.readValue("{\"at\":" + text + "}", Sample.class))
                .isInstanceOf(MismatchedInputException.class);
    }

    private static JsonMapper mapper() {
        JsonMapper.Builder builder = JsonMapper.builder();
        JsonConfiguration.customize(builder);
        return builder.build();
    }
}

package dev.claudepool.web;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

class NestingTest {

    private static final JsonMapper JSON = new JsonMapper();

    @ParameterizedTest
    @CsvSource({"1, false", "100, false", "101, true", "400, true"})
    void countsArraysAndObjectsWithinEachOther(int levels, boolean tooDeep) {
        String arrays = "[".repeat(levels) + "]".repeat(levels);
        String objects = "{\"a\":".repeat(levels) + "1" + "}".repeat(levels);

        assertThat(Nesting.isTooDeep(JSON.readTree(arrays))).isEqualTo(tooDeep);
        assertThat(Nesting.isTooDeep(JSON.readTree(objects))).isEqualTo(tooDeep);
    }

    @Test
    void wideDocumentsAreNotDeep() {
        assertThat(Nesting.isTooDeep(JSON.readTree("[" + "[1],".repeat(10_000) + "1]")))
                .isFalse();
        assertThat(Nesting.isTooDeep(JSON.readTree("1"))).isFalse();
    }
}

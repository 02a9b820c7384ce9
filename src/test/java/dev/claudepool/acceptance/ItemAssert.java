package dev.claudepool.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.Objects;
import org.assertj.core.api.AbstractAssert;
import tools.jackson.databind.JsonNode;

/** Assertions about what the API answers for a task, a chain, a step or a fan-out, or for a run. */
final class ItemAssert extends AbstractAssert<ItemAssert, JsonNode> {

    private ItemAssert(JsonNode item) {
        super(item, ItemAssert.class);
    }

    static ItemAssert assertThatTask(JsonNode task) {
        return new ItemAssert(task);
    }

    static ItemAssert assertThatChain(JsonNode chain) {
        return new ItemAssert(chain);
    }

    static ItemAssert assertThatStep(JsonNode step) {
        return new ItemAssert(step);
    }

    static ItemAssert assertThatFanOut(JsonNode fanOut) {
        return new ItemAssert(fanOut);
    }

    ItemAssert hasSucceeded() {
        return hasState("SUCCEEDED");
    }

    ItemAssert isCancelled() {
        return hasState("CANCELLED");
    }

    /** It failed with this code. */
    ItemAssert hasFailed(String code) {
        return hasState("FAILED").hasErrorCode(code);
    }

    ItemAssert hasState(String state) {
        return has("state", item().at("/state").asString(), state);
    }

    ItemAssert hasErrorCode(String code) {
        return has("error code", item().at("/error/code").asString(), code);
    }

    /** Its output is this; a task has it in its result. */
    ItemAssert hasOutput(String output) {
        return has("output", inResult("output").asString(), output);
    }

    ItemAssert hasAttempts(int attempts) {
        return has("attempts", item().at("/attempts").asInt(), attempts);
    }

    /** It has cost exactly this, in USD. */
    ItemAssert hasSpent(String usd) {
        assertThat(inResult("spentUsd").decimalValue()).as(about("spentUsd")).isEqualByComparingTo(new BigDecimal(usd));
        return this;
    }

    private JsonNode inResult(String field) {
        return item().has(field) ? item().get(field) : item().at("/result/" + field);
    }

    private ItemAssert has(String what, Object value, Object expected) {
        assertThat(value).as(about(what)).isEqualTo(expected);
        return this;
    }

    private String about(String what) {
        return what + " of " + descriptionText() + " " + item();
    }

    private JsonNode item() {
        return Objects.requireNonNull(actual);
    }
}

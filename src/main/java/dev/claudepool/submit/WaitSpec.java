package dev.claudepool.submit;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.claudepool.problem.FieldRules;
import dev.claudepool.problem.ProblemException;
import io.swagger.v3.oas.annotations.media.ArraySchema;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.HashSet;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What a client waits for.
 *
 * @param ids of tasks, chains and fan-outs, 1 to 1000
 * @param quorum how many of them have to end: {@code any}, {@code all} or a number; all when absent
 */
@Schema(requiredProperties = "ids")
record WaitSpec(
        @ArraySchema(minItems = 1, maxItems = WaitSpec.MOST_IDS, uniqueItems = true)
        List<UUID> ids,

        @JsonProperty("for")
        @Schema(description = "how many of them have to end: any, all or a number; all when absent")
        Quorum quorum) {

    static final int MOST_IDS = 1000;

    /**
     * Fills in what JSON left out.
     *
     * @throws ProblemException when the list holds null
     */
    @SuppressWarnings("ConstantValue")
    WaitSpec {
        ids = FieldRules.listOf(ids, "ids");
        quorum = quorum == null ? Quorum.ALL : quorum;
    }

    /** @throws ProblemException {@code validation-failed} */
    void verify() {
        FieldRules rules = new FieldRules("");
        rules.require(!ids.isEmpty() && ids.size() <= MOST_IDS, "ids", "must be 1 to " + MOST_IDS);
        rules.require(new HashSet<>(ids).size() == ids.size(), "ids", "must name each item once");
        rules.require(count() <= ids.size(), "for", "must be at most the number of ids");
        rules.verify();
    }

    /** Returns how many of them have to end. */
    int count() {
        return quorum.of(ids.size());
    }

    /**
     * How many of several items.
     *
     * @param count null for all
     */
    record Quorum(@Nullable Integer count) {

        static final Quorum ALL = new Quorum(null);

        @JsonValue
        Object wireValue() {
            return count == null ? "all" : count;
        }

        int of(int all) {
            return count == null ? all : count;
        }

        /** @throws ProblemException {@code validation-failed}, when it is neither of the words nor a positive number */
        @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
        static Quorum of(JsonNode json) {
            if (json.isInt() && json.intValue() > 0) {
                return new Quorum(json.intValue());
            }
            return switch (json.asString("")) {
                case "any" -> new Quorum(1);
                case "all" -> ALL;
                default -> throw ProblemException.invalid("", "must be any, all or a number above 0");
            };
        }
    }
}

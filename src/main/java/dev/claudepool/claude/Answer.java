package dev.claudepool.claude;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What a turn brought.
 *
 * @param output the final text; never printed
 * @param structuredOutput the value that fits the output schema; null when none was asked for
 * @param turns the rounds of the model, at least 1
 * @param duration as the CLI measured it
 * @param model the model that answered
 * @param permissionDenials the tool calls that were not permitted, as the CLI tells them; an array, mostly empty
 */
public record Answer(
        String output,
        @Nullable JsonNode structuredOutput,
        int turns,
        Duration duration,
        String model,
        JsonNode permissionDenials) {

    /** A null that was read from JSON is none. */
    public Answer {
        structuredOutput = structuredOutput == null || structuredOutput.isNull() ? null : structuredOutput;
    }

    @Override
    public String toString() {
        return "Answer[" + output.length() + " characters, turns=" + turns + ", model=" + model + "]";
    }
}

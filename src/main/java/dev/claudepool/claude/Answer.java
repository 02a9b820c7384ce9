package dev.claudepool.claude;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.util.unit.DataSize;
import tools.jackson.databind.JsonNode;

/**
 * What a turn brought.
 *
 * @param output the final text; never printed
 * @param outputTruncated whether the end of the output is missing
 * @param structuredOutput the value that fits the output schema; null when none was asked for
 * @param turns the rounds of the model, at least 1
 * @param duration as the CLI measured it
 * @param model the model that answered
 * @param permissionDenials the tool calls that were not permitted, as the CLI reports them; an array, mostly empty
 */
public record Answer(
        String output,
        boolean outputTruncated,
        @Nullable JsonNode structuredOutput,
        int turns,
        Duration duration,
        String model,
        JsonNode permissionDenials) {

    /** A null that was read from JSON is none. */
    public Answer {
        structuredOutput = structuredOutput == null || structuredOutput.isNull() ? null : structuredOutput;
    }

    /** The same with no more output than {@code most}, in UTF-8; cut between two characters. */
    public Answer cutTo(DataSize most) {
        int end = endWithin(most.toBytes());
        return end == output.length()
                ? this
                : new Answer(
                        output.substring(0, end), true, structuredOutput, turns, duration, model, permissionDenials);
    }

    private int endWithin(long bytes) {
        long left = bytes;
        int end = 0;
        while (end < output.length()) {
            int character = output.codePointAt(end);
            left -= utf8Length(character);
            if (left < 0) {
                return end;
            }
            end += Character.charCount(character);
        }
        return end;
    }

    private static int utf8Length(int character) {
        if (character < 0x80) {
            return 1;
        }
        if (character < 0x800) {
            return 2;
        }
        return character < 0x10000 ? 3 : 4;
    }

    @Override
    public String toString() {
        return "Answer[" + output.length() + " characters, turns=" + turns + ", model=" + model + "]";
    }
}

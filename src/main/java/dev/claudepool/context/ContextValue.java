package dev.claudepool.context;

import dev.claudepool.problem.ProblemException;
import io.swagger.v3.oas.annotations.media.Schema;

/**
 * The value to give to a key.
 *
 * @param value any text, also an empty one; at most 16,384 characters, of which an emoji is two or more
 */
@Schema(requiredProperties = "value")
record ContextValue(
        @Schema(maxLength = ContextRules.MOST_OF_VALUE) String value) {

    /** @throws ProblemException when JSON left the value out */
    @SuppressWarnings("ConstantValue")
    ContextValue {
        if (value == null) {
            throw ProblemException.invalid("value", "must be a string");
        }
    }

    @Override
    public String toString() {
        return "ContextValue[" + value.length() + " characters]";
    }
}

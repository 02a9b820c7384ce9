package dev.claudepool.web;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.exc.MismatchedInputException;

/** A value in JSON breaks a rule of {@link RequestJson}; the message says what is allowed. */
final class RefusedValueException extends MismatchedInputException {

    RefusedValueException(@Nullable JsonParser parser, String rule) {
        super(parser, rule);
    }
}

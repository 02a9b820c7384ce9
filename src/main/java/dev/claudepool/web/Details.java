package dev.claudepool.web;

import java.util.List;
import java.util.stream.Collectors;

/** The sentences of problem details that several places need. */
final class Details {

    private Details() {}

    static String ofErrors(List<FieldError> errors) {
        return errors.stream()
                .map(error -> error.field() + ": " + error.message())
                .collect(Collectors.joining("; "));
    }
}

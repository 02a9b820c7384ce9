package dev.claudepool.problem;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.stream.Collectors;

/** The sentences of problem details that several places need. */
public final class Details {

    private static final int LONGEST_NAME = 100;

    private Details() {}

    /** A name that a client sent, as far as it is repeated, and as UTF-8 can write it. */
    public static String quoted(String name) {
        String cut = name.length() <= LONGEST_NAME ? name : name.substring(0, LONGEST_NAME) + "...";
        return new String(cut.getBytes(UTF_8), UTF_8);
    }

    static String ofErrors(List<FieldError> errors) {
        return errors.stream()
                .map(error -> error.field() + ": " + error.message())
                .collect(Collectors.joining("; "));
    }
}

package dev.claudepool.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.claudepool.problem.ProblemException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Base64;
import java.util.List;
import java.util.UUID;

/**
 * The sort key of the last item of a page, which clients hand back as opaque text to get the next one.
 *
 * @param parts the columns of the key; free of line feeds
 */
public record Cursor(List<String> parts) {

    private static final String SEPARATOR = "\n";

    public Cursor {
        parts = List.copyOf(parts);
    }

    public static Cursor of(Object... parts) {
        return new Cursor(List.of(parts).stream().map(Object::toString).toList());
    }

    /** Text that is safe in a URL without escapes. */
    public String encode() {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(String.join(SEPARATOR, parts).getBytes(UTF_8));
    }

    /**
     * Reads what {@link #encode()} made.
     *
     * @throws ProblemException {@code validation-failed} when it is anything else, or has not so many parts
     */
    public static Cursor decode(String text, int parts) {
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(text);
            String joined = UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
            Cursor cursor = new Cursor(List.of(joined.split(SEPARATOR, -1)));
            if (cursor.parts.size() == parts) {
                return cursor;
            }
        } catch (IllegalArgumentException | CharacterCodingException e) {
            throw notOurs();
        }
        throw notOurs();
    }

    public String text(int index) {
        return parts.get(index);
    }

    /**
     * A part as a whole number.
     *
     * @throws ProblemException {@code validation-failed} when it is none
     */
    public long number(int index) {
        try {
            return Long.parseLong(parts.get(index));
        } catch (NumberFormatException e) {
            throw notOurs();
        }
    }

    /**
     * A part as a UUID.
     *
     * @throws ProblemException {@code validation-failed} when it is none
     */
    public UUID uuid(int index) {
        try {
            return UUID.fromString(parts.get(index));
        } catch (IllegalArgumentException e) {
            throw notOurs();
        }
    }

    private static ProblemException notOurs() {
        return ProblemException.invalid("cursor", "must be the next of the page before");
    }
}

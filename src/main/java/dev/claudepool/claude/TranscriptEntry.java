package dev.claudepool.claude;

import com.fasterxml.jackson.annotation.JsonRawValue;
import com.fasterxml.jackson.annotation.JsonValue;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A message of a conversation.
 *
 * @param at when the CLI noted it; null when it was left out
 * @param message as the Messages API has it, with {@code role} and {@code content}: text, thoughts, uses of tools and
 *     their results; null when it was left out
 */
public record TranscriptEntry(
        Kind type,
        @Nullable Instant at,

        @JsonRawValue @Schema(types = {"object", "null"}) @Nullable
        String message) {

    /** Whose message it is. */
    @Schema(enumAsRef = true, name = "TranscriptEntryKind")
    public enum Kind {
        /** The prompt, or the results of tools. */
        USER,
        /** A reply of the model, or a part of it. */
        ASSISTANT,
        /** One that is too long to be shown. */
        OMITTED;

        @JsonValue
        String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Leaves out the message. */
    @Override
    public String toString() {
        return "TranscriptEntry[" + type + "]";
    }
}

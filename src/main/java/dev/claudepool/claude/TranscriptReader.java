package dev.claudepool.claude;

import dev.claudepool.claude.TranscriptEntry.Kind;
import dev.claudepool.process.LineReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads the messages in a transcript of the CLI, one line after the other. The other lines, which are about system
 * prompts, requests and the state of the CLI, and those that are no JSON, such as one that is just being written, are
 * passed over.
 */
public final class TranscriptReader implements LineReader.Lines {

    /** The longest line that is read, in bytes. */
    private static final int LONGEST = 8 << 20;

    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxStringLength(LONGEST).build())
            .build();

    private final Predicate<Instant> wanted;
    private final Consumer<TranscriptEntry> entries;
    /** Whether the latest message is wanted: lines that are too long say no time. */
    private boolean within;

    private TranscriptReader(Predicate<Instant> wanted, Consumer<TranscriptEntry> entries) {
        this.wanted = wanted;
        this.entries = entries;
    }

    /**
     * Gives {@code entries} each message of a time that is wanted, until the end of the transcript, and closes this.
     *
     * @throws IOException when it cannot be read
     */
    public static void read(InputStream transcript, Predicate<Instant> wanted, Consumer<TranscriptEntry> entries)
            throws IOException {
        try (transcript) {
            new LineReader(transcript, LONGEST, new TranscriptReader(wanted, entries)).drain();
        }
    }

    @Override
    public void line(byte[] buffer, int offset, int length) {
        entry(buffer, offset, length).ifPresent(entry -> {
            within = entry.at() != null && wanted.test(entry.at());
            if (within) {
                entries.accept(entry);
            }
        });
    }

    @Override
    public void tooLong() {
        if (within) {
            entries.accept(new TranscriptEntry(Kind.OMITTED, null, null));
        }
    }

    private static Optional<TranscriptEntry> entry(byte[] buffer, int offset, int length) {
        try (JsonParser line = JSON.createParser(ObjectReadContext.empty(), buffer, offset, length)) {
            return line.nextToken() == JsonToken.START_OBJECT ? entry(line, buffer, offset) : Optional.empty();
        } catch (JacksonException | DateTimeParseException e) {
            return Optional.empty();
        }
    }

    private static Optional<TranscriptEntry> entry(JsonParser line, byte[] buffer, int offset) {
        Kind kind = null;
        Instant at = null;
        String message = null;
        for (String name = line.nextName(); name != null; name = line.nextName()) {
            JsonToken value = line.nextToken();
            if (value == JsonToken.START_OBJECT && name.equals("message")) {
                int start = (int) line.currentTokenLocation().getByteOffset();
                line.skipChildren();
                int end = (int) line.currentLocation().getByteOffset();
                message = new String(buffer, offset + start, end - start, StandardCharsets.UTF_8);
            } else if (value == JsonToken.VALUE_STRING && name.equals("type")) {
                kind = kind(line.getString());
            } else if (value == JsonToken.VALUE_STRING && name.equals("timestamp")) {
                at = Instant.parse(line.getString());
            } else {
                line.skipChildren();
            }
        }
        return kind == null || at == null || message == null
                ? Optional.empty()
                : Optional.of(new TranscriptEntry(kind, at, message));
    }

    private static @Nullable Kind kind(String type) {
        return switch (type) {
            case "user" -> Kind.USER;
            case "assistant" -> Kind.ASSISTANT;
            default -> null;
        };
    }
}

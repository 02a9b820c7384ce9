package dev.claudepool.claude;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A recorded session with the real CLI. */
final class Transcript {

    static final List<String> NAMES = List.of(
            "auth-failure-retries",
            "bad-request-is-error",
            "clear-between-tasks",
            "garbage-stdin",
            "interrupted",
            "json-schema",
            "max-budget",
            "permission-allowed",
            "permission-denied",
            "rate-limited-then-ok",
            "resume-unknown",
            "set-model-and-permission-mode",
            "sigterm-mid-turn",
            "tool-denied-without-host",
            "two-turns-partial");

    private static final JsonMapper JSON = new JsonMapper();
    private static final MessageCodec CODEC =
            new MessageCodec(new HeapLimits(1 << 20, 100_000, 8 << 20), InstantSource.system());

    private Transcript() {}

    /** What the CLI said, as the codec reads it. */
    static List<CliMessage> messages(String name) {
        return lines(name).stream()
                .filter(line -> line.path("dir").asString().equals("out"))
                .map(line -> JSON.writeValueAsBytes(line.path("line")))
                .map(bytes -> CODEC.read(bytes, 0, bytes.length))
                .toList();
    }

    /** The results among that. */
    static List<CliMessage.Result> results(String name) {
        return messages(name).stream()
                .filter(CliMessage.Result.class::isInstance)
                .map(CliMessage.Result.class::cast)
                .toList();
    }

    private static List<JsonNode> lines(String name) {
        String resource = "/cli-transcripts/" + name + ".jsonl";
        try (InputStream in = Objects.requireNonNull(Transcript.class.getResourceAsStream(resource))) {
            return new String(in.readAllBytes(), UTF_8)
                    .lines()
                    .map(JSON::readTree)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

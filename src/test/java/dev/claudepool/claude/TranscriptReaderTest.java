package dev.claudepool.claude;

import static org.assertj.core.api.Assertions.assertThat;

import dev.claudepool.claude.TranscriptEntry.Kind;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

class TranscriptReaderTest {

    private static final Instant AT = Instant.parse("2026-01-02T03:04:05.006Z");

    @Test
    void messagesAreTakenAsTheyAre() throws Exception {
        String prompt = "{\"role\":\"user\",\"content\":\"a \\\"b\\\" {} ü \\u00fc 😀\"}";
        String reply = "{\"content\":[{\"type\":\"text\",\"text\":\"c\"}],\"usage\":{\"n\":1e3}}";

        List<TranscriptEntry> entries = read("{\"x\":{\"message\":{}},\"type\":\"user\",\"message\":" + prompt
                + ",\"timestamp\":\"" + AT + "\"}\n{\"message\":  " + reply + " ,\"timestamp\":\"" + AT
                + "\",\"type\":\"assistant\",\"y\":[1,{\"type\":\"z\"}]}");

        assertThat(entries)
                .containsExactly(
                        new TranscriptEntry(Kind.USER, AT, prompt), new TranscriptEntry(Kind.ASSISTANT, AT, reply));
    }

    @Test
    void otherLinesAndBrokenOnesArePassedOver() throws Exception {
        List<TranscriptEntry> entries = read("""
                {"type":"attachment","timestamp":"2026-01-02T03:04:05.006Z","message":{"role":"system"}}
                {"type":"user","message":{}}
                {"type":"user","timestamp":"yesterday","message":{}}
                {"type":"user","timestamp":"2026-01-02T03:04:05.006Z","message":"text"}
                {"type":"last-prompt"}
                []

                nothing
                {"type":"user","timestamp":"2026-01-02T03:04:05.006Z","message":{"content":"cut o""");

        assertThat(entries).isEmpty();
    }

    @Test
    void onlyMessagesOfWantedTimesAreRead() throws Exception {
        assertThat(read(line(AT, "a") + line(AT.plusMillis(1), "b"), AT::equals))
                .extracting(TranscriptEntry::at)
                .containsExactly(AT);
    }

    @Test
    void aMessageThatIsTooLongIsNamedWhereTheOneBeforeIsWanted() throws Exception {
        String tooLong = line(AT, "x".repeat(9 << 20));

        assertThat(read(tooLong + line(AT, "a") + tooLong + line(AT, "b")))
                .extracting(TranscriptEntry::type)
                .containsExactly(Kind.USER, Kind.OMITTED, Kind.USER);
        assertThat(read(line(AT.plusMillis(1), "a") + tooLong, AT::equals)).isEmpty();
    }

    @Test
    void theTranscriptIsClosed() throws Exception {
        AtomicBoolean closed = new AtomicBoolean();

        TranscriptReader.read(
                new ByteArrayInputStream(new byte[0]) {
                    @Override
                    public void close() {
                        closed.set(true);
                    }
                },
                _ -> true,
                _ -> {});

        assertThat(closed).isTrue();
    }

    private static String line(Instant at, String content) {
        return "{\"type\":\"user\",\"timestamp\":\"" + at + "\",\"message\":{\"content\":\"" + content + "\"}}\n";
    }

    private static List<TranscriptEntry> read(String transcript) throws IOException {
        return read(transcript, _ -> true);
    }

    private static List<TranscriptEntry> read(String transcript, Predicate<Instant> wanted) throws IOException {
        List<TranscriptEntry> entries = new ArrayList<>();
        InputStream stream = new ByteArrayInputStream(transcript.getBytes(StandardCharsets.UTF_8));
        TranscriptReader.read(stream, wanted, entries::add);
        return entries;
    }
}

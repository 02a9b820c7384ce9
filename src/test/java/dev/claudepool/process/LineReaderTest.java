package dev.claudepool.process;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LineReaderTest {

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 100_000})
    void chunksCutNeitherLinesNorCharacters(int chunk) throws IOException {
        String text = "one\n\n\u00e4\uD83D\uDE00\n" + "long".repeat(50_000) + "\nlast";

        assertThat(lines(text, chunk, 1 << 20))
                .containsExactly("one", "", "\u00e4\uD83D\uDE00", "long".repeat(50_000), "last");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 1000, 150_000, 1 << 20})
    void aLineThatIsTooLongIsSkippedAndTheNextOneRead(int chunk) throws IOException {
        String text = "before\n" + "x".repeat(200_000) + "\nafter\n";

        assertThat(lines(text, chunk, 100_000)).containsExactly("before", "too long", "after");
    }

    @Test
    void aLongLineAtTheEndIsReportedToo() throws IOException {
        assertThat(lines("x".repeat(200_000), 1000, 100_000)).containsExactly("too long");
    }

    private static List<String> lines(String text, int chunk, long maxLine) throws IOException {
        List<String> lines = new ArrayList<>();
        InputStream in = new ByteArrayInputStream(text.getBytes(UTF_8)) {
            @Override
            public synchronized int read(byte[] buffer, int offset, int length) {
                return super.read(buffer, offset, Math.min(length, chunk));
            }
        };
        new LineReader(in, maxLine, new LineReader.Lines() {
                    @Override
                    public void line(byte[] buffer, int offset, int length) {
                        lines.add(new String(buffer, offset, length, UTF_8));
                    }

                    @Override
                    public void tooLong() {
                        lines.add("too long");
                    }
                })
                .drain();
        return lines;
    }
}

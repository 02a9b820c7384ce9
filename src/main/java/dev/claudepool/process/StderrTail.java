package dev.claudepool.process;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Keeps the last 4 KB of a stream. Thread-safe. */
public final class StderrTail {

    private static final int SIZE = 4096;

    private final byte[] tail = new byte[SIZE];
    private long written;

    /** Reads to the end of the stream. */
    public void drain(InputStream in) {
        byte[] buffer = new byte[SIZE];
        try (in) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                add(buffer, read);
            }
        } catch (IOException e) { // the process was killed
            return;
        }
    }

    /** The text; null when there was none. */
    public synchronized @Nullable String text() {
        int length = (int) Math.min(written, SIZE);
        byte[] ordered = new byte[length];
        for (int i = 0; i < length; i++) {
            ordered[i] = tail[(int) ((written - length + i) % SIZE)];
        }
        String text = new String(ordered, StandardCharsets.UTF_8).strip();
        return text.isEmpty() ? null : text;
    }

    private synchronized void add(byte[] buffer, int length) {
        for (int i = 0; i < length; i++) {
            tail[(int) (written++ % SIZE)] = buffer[i];
        }
    }
}

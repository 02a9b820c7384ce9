package dev.claudepool.process;

import java.io.IOException;
import java.io.InputStream;

/**
 * Splits a stream into lines of bytes, so that neither a character nor a message is ever cut by a chunk. For one
 * thread, but for {@link #isWaiting()}.
 */
public final class LineReader {

    /** Who gets the lines. */
    public interface Lines {

        /** A line without its line feed; the buffer is valid during the call only. */
        void line(byte[] buffer, int offset, int length);

        /** A line is longer than allowed, or than memory allows; it is skipped. */
        void tooLong();
    }

    private static final int USUAL_SIZE = 64 << 10;

    private final InputStream in;
    private final long maxLine;
    private final Lines lines;
    private byte[] buffer = new byte[USUAL_SIZE];
    private int start;
    private int end;
    private boolean skipping;
    private volatile boolean waiting;

    public LineReader(InputStream in, long maxLine, Lines lines) {
        this.in = in;
        this.maxLine = maxLine;
        this.lines = lines;
    }

    /** Returns whether it is now waiting for the stream. */
    public boolean isWaiting() {
        return waiting;
    }

    /** Reads to the end of the stream. What follows the last line feed counts as a line too. */
    public void drain() throws IOException {
        for (int read = read(); read >= 0; read = read()) {
            int searched = end;
            end += read;
            split(searched);
            makeRoom();
        }
        if (skipping || end > start) {
            tell(end);
        }
    }

    private int read() throws IOException {
        waiting = true;
        try {
            return in.read(buffer, end, buffer.length - end);
        } finally {
            waiting = false;
        }
    }

    private void split(int from) {
        for (int i = from; i < end; i++) {
            if (buffer[i] == '\n') {
                tell(i);
                start = i + 1;
            }
        }
        if (!skipping && end - start > maxLine) {
            skip();
        }
        if (skipping) {
            start = end;
        }
    }

    /** Reports an overlong line at once, since it may never end. */
    private void skip() {
        skipping = true;
        lines.tooLong();
    }

    private void tell(int lineEnd) {
        if (skipping) {
            skipping = false;
        } else if (lineEnd - start > maxLine) {
            lines.tooLong();
        } else {
            lines.line(buffer, start, lineEnd - start);
        }
    }

    /** A buffer for more of the line; one of the usual size when there is no memory for it. */
    private byte[] larger() {
        try {
            return new byte[(int) Math.min(Math.max(buffer.length * 2L, USUAL_SIZE), maxLine + USUAL_SIZE)];
        } catch (OutOfMemoryError e) {
            return new byte[USUAL_SIZE];
        }
    }

    private void makeRoom() {
        int length = end - start;
        if (length == 0 && buffer.length > USUAL_SIZE) {
            buffer = new byte[USUAL_SIZE];
        } else if (end == buffer.length) {
            byte[] target = length > buffer.length / 2 ? larger() : buffer;
            if (target.length <= length) {
                skip();
                length = 0;
            }
            System.arraycopy(buffer, start, target, 0, length);
            buffer = target;
        } else if (length > 0) {
            return;
        }
        start = 0;
        end = length;
    }
}

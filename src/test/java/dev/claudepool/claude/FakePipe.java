package dev.claudepool.claude;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** A pipe in memory that takes any number of bytes and blocks who reads from it while it is empty. Thread-safe. */
final class FakePipe extends InputStream {

    private final Queue<byte[]> chunks = new ArrayDeque<>();
    private byte[] chunk = new byte[0];
    private int position;
    private boolean closed;

    /** Adds bytes; after the end they are lost. */
    synchronized void add(byte[] bytes) {
        if (!closed && bytes.length > 0) {
            chunks.add(bytes);
            notifyAll();
        }
    }

    /** Ends the stream after what was added before. */
    synchronized void end() {
        closed = true;
        notifyAll();
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
    }

    @Override
    public synchronized int read(byte[] buffer, int offset, int length) throws IOException {
        byte[] present = awaitChunk();
        if (present == null) {
            return -1;
        }
        int count = Math.min(length, present.length - position);
        System.arraycopy(present, position, buffer, offset, count);
        position += count;
        return count;
    }

    /** What is to be read next; null at the end. */
    private synchronized byte @Nullable [] awaitChunk() throws IOException {
        try {
            while (position == chunk.length && chunks.isEmpty() && !closed) {
                wait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        if (position == chunk.length && !chunks.isEmpty()) {
            chunk = chunks.remove();
            position = 0;
        }
        return position == chunk.length ? null : chunk;
    }
}

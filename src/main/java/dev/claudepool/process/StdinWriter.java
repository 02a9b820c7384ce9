package dev.claudepool.process;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * Writes lines to a process on a thread of its own, so that a process that does not read blocks nobody else. Even
 * closing a pipe blocks while somebody writes to it. Thread-safe.
 */
public final class StdinWriter {

    private final BlockingQueue<Optional<byte[]>> lines = new LinkedBlockingQueue<>();

    public void write(byte[] line) {
        lines.add(Optional.of(line));
    }

    /** Closes the stream after what was written before. */
    public void close() {
        lines.add(Optional.empty());
    }

    /** Writes until it is closed, or the process has ended. */
    public void drainTo(OutputStream out) {
        try (out) {
            for (Optional<byte[]> line = lines.take(); line.isPresent(); line = lines.take()) {
                out.write(line.get());
                out.flush();
            }
        } catch (IOException e) { // the process is gone, which is told by its exit
            return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

package dev.claudepool.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.Socket;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** The client of one request: takes the answer, and knows when it has gone. Used by one thread. */
final class Client {

    private final OutputStream out;
    private final CountDownLatch gone = new CountDownLatch(1);

    /** Watches {@code in} for its end, since a client that waits for its answer has nothing more to say. */
    Client(Socket socket, InputStream in) throws IOException {
        this.out = new BufferedOutputStream(socket.getOutputStream());
        AtomicBoolean ended = new AtomicBoolean();
        Thread.ofVirtual().name("messages-api-client").start(() -> {
            while (!ended.get()) {
                try {
                    ended.set(in.read() < 0);
                } catch (IOException e) {
                    ended.set(true);
                }
            }
            gone.countDown();
        });
    }

    /** Sends a whole answer. */
    void send(int status, Map<String, String> headers, String json) throws IOException {
        byte[] body = json.getBytes(UTF_8);
        head(status, "application/json", headers);
        ascii("content-length: " + body.length + "\r\n\r\n");
        out.write(body);
        out.flush();
    }

    /** Begins an answer that is sent in pieces. */
    void beginStream() throws IOException {
        head(200, "text/event-stream; charset=utf-8", Map.of());
        ascii("cache-control: no-cache\r\ntransfer-encoding: chunked\r\n\r\n");
        out.flush();
    }

    void piece(String text) throws IOException {
        byte[] bytes = text.getBytes(UTF_8);
        ascii(Integer.toHexString(bytes.length) + "\r\n");
        out.write(bytes);
        ascii("\r\n");
        out.flush();
    }

    /** Ends the stream properly; without it, closing the connection is a breakdown that the client notices. */
    void endStream() throws IOException {
        ascii("0\r\n\r\n");
        out.flush();
    }

    /** Waits for {@code time}; throws if the client goes away meanwhile. */
    void pause(Duration time) throws IOException {
        if (waitUntilGone(time)) {
            throw new GoneException();
        }
    }

    private boolean waitUntilGone(Duration time) throws IOException {
        try {
            return gone.await(time.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException();
        }
    }

    private void head(int status, String type, Map<String, String> headers) throws IOException {
        ascii("HTTP/1.1 " + status + " Demo\r\nconnection: close\r\ncontent-type: " + type + "\r\n");
        for (Map.Entry<String, String> header : headers.entrySet()) {
            ascii(header.getKey() + ": " + header.getValue() + "\r\n");
        }
    }

    private void ascii(String text) throws IOException {
        out.write(text.getBytes(UTF_8));
    }

    /** The client closed the connection before it had its answer. */
    static final class GoneException extends IOException {
        GoneException() {
            super("the client has gone");
        }
    }
}

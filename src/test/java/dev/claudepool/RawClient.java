package dev.claudepool;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.concurrent.CompletableFuture;

/** A connection on which a test sends whatever it likes, and closes it as it likes. */
public final class RawClient implements AutoCloseable {

    private static final int LONGEST_SILENCE = 120_000;

    private final Socket socket;

    public RawClient(int port) {
        try {
            this.socket = new Socket(InetAddress.getLoopbackAddress(), port);
            socket.setSoTimeout(LONGEST_SILENCE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The head of a request, and its body; further headers end with a line break. */
    public static String request(String method, String path, String token, String body, String... headers) {
        String length =
                body.isEmpty() ? "" : "Content-Type: application/json\r\nContent-Length: " + body.length() + "\r\n";
        return method + " " + path + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + token + "\r\n" + length
                + String.join("", headers) + "\r\n" + body;
    }

    public RawClient send(String text) {
        try {
            socket.getOutputStream().write(text.getBytes(ISO_8859_1));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    /** What arrives until this text. */
    public String readUntil(String end) {
        try {
            StringBuilder text = new StringBuilder();
            int next = 0;
            while (text.indexOf(end) < 0 && next >= 0) {
                next = socket.getInputStream().read();
                text.append(next < 0 ? "" : (char) next);
            }
            return text.toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What has arrived when the service closes the connection; what came before a reset is kept. */
    public CompletableFuture<String> received() {
        CompletableFuture<String> received = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            StringBuilder text = new StringBuilder();
            try {
                for (int next = socket.getInputStream().read();
                        next >= 0;
                        next = socket.getInputStream().read()) {
                    text.append((char) next);
                }
            } catch (SocketTimeoutException e) {
                received.completeExceptionally(e);
            } catch (IOException e) {
                text.append("(").append(e.getMessage()).append(")");
            }
            received.complete(text.toString());
        });
        return received;
    }

    /** Sends nothing any more, but still reads. */
    public void closeSending() throws IOException {
        socket.shutdownOutput();
    }

    /** Closes the connection with a reset instead of an orderly end. */
    public void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

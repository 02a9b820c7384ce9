package dev.claudepool.stomp;

import static java.util.concurrent.TimeUnit.SECONDS;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/** A WebSocket on which the test writes STOMP frames by hand, and which reads only if it is told to. */
public class RawStompClient implements WebSocket.Listener, AutoCloseable {

    /** Completed with the close code, or with -1 when the connection just broke. */
    public final CompletableFuture<Integer> closed = new CompletableFuture<>();

    private final BlockingQueue<String> frames = new LinkedBlockingQueue<>();
    private final StringBuilder partial = new StringBuilder();
    private final boolean reading;
    private final HttpClient http = HttpClient.newHttpClient();
    private final WebSocket socket;

    private RawStompClient(int port, boolean reading) {
        this.reading = reading;
        this.socket = http.newWebSocketBuilder()
                .buildAsync(URI.create("ws://127.0.0.1:" + port + "/ws"), this)
                .join();
    }

    public static RawStompClient open(int port) {
        return new RawStompClient(port, true);
    }

    /** A client that never reads a byte after the handshake. */
    public static RawStompClient openWithoutReading(int port) {
        return new RawStompClient(port, false);
    }

    public static RawStompClient connect(int port, String token) throws InterruptedException {
        RawStompClient client = open(port);
        client.send("CONNECT\naccept-version:1.2\nAuthorization:Bearer " + token + "\n\n\0");
        String answer = client.frame();
        if (!answer.startsWith("CONNECTED")) {
            throw new AssertionError(answer);
        }
        return client;
    }

    public void send(String frame) {
        socket.sendText(frame, true).join();
    }

    /** The next frame. */
    public String frame() throws InterruptedException {
        String frame = frames.poll(10, SECONDS);
        return frame == null ? "nothing came" : frame;
    }

    @Override
    public void onOpen(WebSocket opened) {
        if (reading) {
            opened.request(Long.MAX_VALUE);
        }
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
        partial.append(data);
        if (last) {
            frames.add(partial.toString());
            partial.setLength(0);
        }
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
        closed.complete(code);
        return null;
    }

    @Override
    public void onError(WebSocket from, Throwable failure) {
        closed.complete(-1);
    }

    @Override
    public void close() {
        socket.abort();
        http.close();
    }
}

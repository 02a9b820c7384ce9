package dev.claudepool.stomp;

import static java.util.concurrent.TimeUnit.SECONDS;

import jakarta.websocket.ContainerProvider;
import jakarta.websocket.WebSocketContainer;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;
import org.springframework.messaging.MessageDeliveryException;
import org.springframework.messaging.simp.stomp.StompCommand;
import org.springframework.messaging.simp.stomp.StompFrameHandler;
import org.springframework.messaging.simp.stomp.StompHeaders;
import org.springframework.messaging.simp.stomp.StompSession;
import org.springframework.messaging.simp.stomp.StompSessionHandlerAdapter;
import org.springframework.scheduling.concurrent.SimpleAsyncTaskScheduler;
import org.springframework.web.socket.WebSocketHttpHeaders;
import org.springframework.web.socket.client.standard.StandardWebSocketClient;
import org.springframework.web.socket.messaging.WebSocketStompClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Spring's STOMP client, with queues for what comes in. */
public class TestingStompClient extends StompSessionHandlerAdapter implements AutoCloseable {

    private static final JsonMapper JSON = new JsonMapper();

    /** The {@code message} headers of ERROR frames. */
    final BlockingQueue<String> errors = new LinkedBlockingQueue<>();

    final CompletableFuture<Throwable> lost = new CompletableFuture<>();
    private final CompletableFuture<StompSession> connected = new CompletableFuture<>();
    private final SimpleAsyncTaskScheduler scheduler = new SimpleAsyncTaskScheduler();
    private final WebSocketStompClient client;
    private @Nullable StompSession session;

    private TestingStompClient() {
        WebSocketContainer container = ContainerProvider.getWebSocketContainer();
        container.setDefaultMaxTextMessageBufferSize(1 << 20);
        client = new WebSocketStompClient(new StandardWebSocketClient(container));
        client.setInboundMessageSizeLimit(1 << 20);
        client.setTaskScheduler(scheduler);
    }

    /** Connects and waits for CONNECTED. */
    public static TestingStompClient connect(int port, String token) throws Exception {
        TestingStompClient client = connecting(port, "Authorization", "Bearer " + token);
        client.awaitConnected();
        return client;
    }

    /** Opens the WebSocket and sends CONNECT with one header, and waits for nothing. */
    static TestingStompClient connecting(int port, String header, String value) {
        TestingStompClient client = new TestingStompClient();
        StompHeaders connect = new StompHeaders();
        connect.add(header, value);
        var _ = client.client
                .connectAsync("ws://127.0.0.1:" + port + "/ws", new WebSocketHttpHeaders(), connect, client)
                .whenComplete((session, failure) -> {
                    if (failure != null) {
                        client.lost.complete(failure);
                    }
                });
        return client;
    }

    StompSession awaitConnected() throws Exception {
        session = connected.get(10, SECONDS);
        return session;
    }

    StompSession session() {
        return Objects.requireNonNull(session);
    }

    /** Subscribes, with a {@code last-seq} where it is not null, and waits for the receipt. */
    public BlockingQueue<JsonNode> subscribe(String destination, @Nullable Long lastSeq) throws Exception {
        BlockingQueue<JsonNode> events = new LinkedBlockingQueue<>();
        StompHeaders headers = new StompHeaders();
        headers.setDestination(destination);
        headers.setReceipt(UUID.randomUUID().toString());
        if (lastSeq != null) {
            headers.add("last-seq", lastSeq.toString());
        }
        CompletableFuture<Boolean> received = new CompletableFuture<>();
        StompSession.Subscription subscription = session().subscribe(headers, into(events));
        subscription.addReceiptTask(() -> received.complete(true));
        received.get(10, SECONDS);
        return events;
    }

    /** The {@code seq} of the events that have come, in the order in which they came. */
    static List<Long> seqs(BlockingQueue<JsonNode> events) {
        return events.stream().map(event -> event.get("seq").asLong()).toList();
    }

    static StompFrameHandler into(BlockingQueue<JsonNode> events) {
        return new StompFrameHandler() {
            @Override
            public Type getPayloadType(StompHeaders headers) {
                return byte[].class;
            }

            @Override
            public void handleFrame(StompHeaders headers, @Nullable Object payload) {
                events.add(JSON.readTree((byte[]) Objects.requireNonNull(payload)));
            }
        };
    }

    @Override
    public void afterConnected(StompSession newSession, StompHeaders headers) {
        connected.complete(newSession);
    }

    @Override
    public Type getPayloadType(StompHeaders headers) {
        return byte[].class;
    }

    @Override
    public void handleFrame(StompHeaders headers, @Nullable Object payload) {
        errors.add(String.valueOf(headers.getFirst("message")));
    }

    @Override
    public void handleException(
            StompSession from, @Nullable StompCommand command, StompHeaders headers, byte[] body, Throwable failure) {
        errors.add("exception: " + failure);
    }

    @Override
    public void handleTransportError(StompSession from, Throwable failure) {
        lost.complete(failure);
    }

    @Override
    public void close() {
        if (session != null && session.isConnected()) {
            try {
                session.disconnect();
            } catch (MessageDeliveryException e) {
                lost.complete(e); // the server was faster
            }
        }
        client.stop();
        scheduler.close();
    }
}

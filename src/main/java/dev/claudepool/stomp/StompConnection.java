package dev.claudepool.stomp;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.socket.CloseStatus;
import org.springframework.web.socket.TextMessage;
import org.springframework.web.socket.WebSocketMessage;
import org.springframework.web.socket.WebSocketSession;
import org.springframework.web.socket.handler.WebSocketSessionDecorator;

/**
 * A client's WebSocket and its subscriptions. At most one event is on its way to it at any time: the next one may go
 * when that is written. So a slow client holds back its own pumps, in order, and nothing piles up in buffers.
 */
class StompConnection extends WebSocketSessionDecorator {

    private static final Logger log = LoggerFactory.getLogger(StompConnection.class);
    private static final String ATTRIBUTE = StompConnection.class.getName();

    /** The connection whose frame the present thread is handling. */
    static final ScopedValue<StompConnection> CURRENT = ScopedValue.newInstance();

    private final Map<String, StompSubscription> subscriptions = new ConcurrentHashMap<>();
    private final Semaphore turn = new Semaphore(0, true); // given first when CONNECTED is written
    private final ReentrantLock writing = new ReentrantLock();
    private volatile @Nullable TextMessage closingFrame;
    private volatile boolean authenticated;
    private volatile boolean ended;

    StompConnection(WebSocketSession session) {
        super(session);
        session.getAttributes().put(ATTRIBUTE, this);
    }

    /** The connection that the attributes of a WebSocket belong to. */
    static StompConnection of(@Nullable Map<String, Object> attributes) {
        if (attributes != null && attributes.get(ATTRIBUTE) instanceof StompConnection connection) {
            return connection;
        }
        throw new IllegalStateException("a WebSocket without a connection");
    }

    boolean isAuthenticated() {
        return authenticated;
    }

    void authenticated() {
        authenticated = true;
    }

    /** Runs the subscription until the client ends it or goes. */
    void subscribe(StompSubscription subscription) {
        subscriptions.put(subscription.id(), subscription);
        if (ended) {
            subscription.close();
        }
        Thread.ofVirtual().name("stomp-" + getId() + "-" + subscription.id()).start(() -> run(subscription));
    }

    /** Ends the subscription, if there is one. */
    void unsubscribe(String subscriptionId) {
        StompSubscription subscription = subscriptions.remove(subscriptionId);
        if (subscription != null) {
            subscription.close();
        }
    }

    boolean hasSubscription(String subscriptionId) {
        return subscriptions.containsKey(subscriptionId);
    }

    int subscriptions() {
        return subscriptions.size();
    }

    /** Waits until an event may be sent; false when the client is gone. After true, an event must be sent. */
    boolean awaitTurn() {
        turn.acquireUninterruptibly();
        if (ended) {
            turn.release();
        }
        return !ended;
    }

    /** Gives up the turn without sending. */
    void passTurn() {
        turn.release();
    }

    /** The client is gone. */
    void end() {
        ended = true;
        subscriptions.values().forEach(StompSubscription::close);
        turn.release();
    }

    /** Says what the client is to read before the connection is closed. */
    void closingFrame(TextMessage error) {
        closingFrame = error;
    }

    /** Called by whichever thread flushes the session's buffer, which is not always the one that sent. */
    @Override
    public void sendMessage(WebSocketMessage<?> message) throws IOException {
        writing.lock();
        try {
            if (startsWith(message, "ERROR\n")) {
                closingFrame = null;
            }
            super.sendMessage(message);
        } finally {
            writing.unlock();
            if (startsWith(message, "MESSAGE\n") || startsWith(message, "CONNECTED\n")) {
                turn.release();
            }
        }
    }

    /** Spring's own buffer, when closed, forgets an ERROR frame that had to wait for a frame before it. */
    @Override
    public void close(CloseStatus status) throws IOException {
        TextMessage error = closingFrame;
        if (error != null) {
            sendMessage(error);
        }
        super.close(status);
    }

    private static boolean startsWith(WebSocketMessage<?> message, String start) {
        return message instanceof TextMessage text && text.getPayload().startsWith(start);
    }

    private void run(StompSubscription subscription) {
        try {
            subscription.run();
        } catch (IOException _) {
            log.debug("a STOMP client is gone");
        } catch (RuntimeException e) {
            log.atWarn().setCause(e).log("a subscription failed; its connection is closed");
            closeQuietly();
        } finally {
            subscriptions.remove(subscription.id(), subscription);
        }
    }

    private void closeQuietly() {
        try {
            close(CloseStatus.SERVER_ERROR);
        } catch (IOException e) {
            log.debug("closing failed", e);
        }
    }
}

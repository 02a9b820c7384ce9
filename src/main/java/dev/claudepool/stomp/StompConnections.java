package dev.claudepool.stomp;

import dev.claudepool.live.LiveProperties;
import jakarta.websocket.Session;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.annotation.Lazy;
import org.springframework.scheduling.TaskScheduler;
import org.springframework.stereotype.Component;
import org.springframework.web.socket.CloseStatus;
import org.springframework.web.socket.WebSocketHandler;
import org.springframework.web.socket.WebSocketMessage;
import org.springframework.web.socket.WebSocketSession;
import org.springframework.web.socket.adapter.NativeWebSocketSession;
import org.springframework.web.socket.handler.WebSocketHandlerDecorator;
import org.springframework.web.socket.handler.WebSocketHandlerDecoratorFactory;

/** Makes a {@link StompConnection} of every WebSocket and sets its limits of time. */
@Component
class StompConnections implements WebSocketHandlerDecoratorFactory {

    private static final Logger log = LoggerFactory.getLogger(StompConnections.class);

    private final LiveProperties properties;
    private final TaskScheduler scheduler;
    private final InstantSource clock;

    StompConnections(
            LiveProperties properties,
            @Lazy @Qualifier("messageBrokerTaskScheduler") TaskScheduler scheduler,
            InstantSource clock) {
        this.properties = properties;
        this.scheduler = scheduler;
        this.clock = clock;
    }

    @Override
    public WebSocketHandler decorate(WebSocketHandler handler) {
        return new WebSocketHandlerDecorator(handler) {
            @Override
            public void afterConnectionEstablished(WebSocketSession session) throws Exception {
                StompConnection connection = new StompConnection(session);
                limit(connection);
                super.afterConnectionEstablished(connection);
            }

            @Override
            public void handleMessage(WebSocketSession session, WebSocketMessage<?> message) throws Exception {
                StompConnection connection = StompConnection.of(session.getAttributes());
                ScopedValue.where(StompConnection.CURRENT, connection).call(() -> {
                    super.handleMessage(session, message);
                    return connection;
                });
            }

            @Override
            public void afterConnectionClosed(WebSocketSession session, CloseStatus status) throws Exception {
                StompConnection.of(session.getAttributes()).end();
                super.afterConnectionClosed(session, status);
            }
        };
    }

    private void limit(StompConnection connection) {
        NativeWebSocketSession session = (NativeWebSocketSession) connection.getLastSession();
        Session tomcat = Objects.requireNonNull(session.getNativeSession(Session.class));
        tomcat.setMaxIdleTimeout(properties.idleTimeout().toMillis());
        tomcat.getUserProperties()
                .put(
                        "org.apache.tomcat.websocket.BLOCKING_SEND_TIMEOUT",
                        properties.sendTimeout().toMillis());
        var _ = scheduler.schedule(() -> dismiss(connection), clock.instant().plus(properties.connectTimeout()));
    }

    private static void dismiss(StompConnection connection) {
        if (!connection.isAuthenticated() && connection.isOpen()) {
            try {
                connection.close(CloseStatus.POLICY_VIOLATION.withReason("no CONNECT"));
            } catch (IOException e) {
                log.debug("closing failed", e);
            }
        }
    }
}

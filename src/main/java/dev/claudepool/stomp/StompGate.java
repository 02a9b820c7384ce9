package dev.claudepool.stomp;

import dev.claudepool.event.EventFilter;
import dev.claudepool.event.EventLog;
import dev.claudepool.live.LiveFeed;
import dev.claudepool.live.LiveProperties;
import dev.claudepool.security.TokenAuthenticator;
import dev.claudepool.security.WrongTokens;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.messaging.Message;
import org.springframework.messaging.MessageChannel;
import org.springframework.messaging.simp.stomp.StompHeaderAccessor;
import org.springframework.messaging.support.ChannelInterceptor;
import org.springframework.messaging.support.MessageHeaderAccessor;
import org.springframework.security.core.Authentication;
import org.springframework.stereotype.Component;

/**
 * Decides on every frame from a client: CONNECT comes first and needs a token, nobody may publish, and subscriptions
 * are served by our pumps. Only CONNECT, DISCONNECT and heart-beats go on to the broker.
 *
 * <p>A refusal is a {@link StompRefusal}, which becomes an ERROR frame and the end of the connection.
 */
@Component
class StompGate implements ChannelInterceptor {

    private static final Pattern NUMBER = Pattern.compile("\\d{1,18}");
    private static final String READ = "read"; // as GET /api/v1/... needs it
    private static final String BEARER = "Bearer ";

    private final LiveProperties properties;
    private final LiveFeed feed;
    private final EventLog events;
    private final TokenAuthenticator tokens;
    private final WrongTokens wrongTokens;
    private final StompOutbox outbox;

    StompGate(
            LiveProperties properties,
            LiveFeed feed,
            EventLog events,
            TokenAuthenticator tokens,
            WrongTokens wrongTokens,
            StompOutbox outbox) {
        this.properties = properties;
        this.feed = feed;
        this.events = events;
        this.tokens = tokens;
        this.wrongTokens = wrongTokens;
        this.outbox = outbox;
    }

    @Override
    public @Nullable Message<?> preSend(Message<?> message, MessageChannel channel) {
        StompHeaderAccessor frame =
                Objects.requireNonNull(MessageHeaderAccessor.getAccessor(message, StompHeaderAccessor.class));
        StompConnection connection = StompConnection.of(frame.getSessionAttributes());
        return switch (frame.getMessageType()) {
            case CONNECT -> {
                connect(connection, frame);
                yield message;
            }
            case SUBSCRIBE -> {
                subscribe(authenticated(connection), frame);
                yield null;
            }
            case UNSUBSCRIBE -> {
                authenticated(connection).unsubscribe(header(frame, "id"));
                confirm(connection, frame);
                yield null;
            }
            case HEARTBEAT -> {
                authenticated(connection);
                yield message;
            }
            case DISCONNECT -> message; // also comes when a connection ends that never sent CONNECT
            case null, default -> {
                authenticated(connection);
                throw new StompRefusal(frame.getCommand() + " is not accepted: events can only be subscribed to.");
            }
        };
    }

    private void connect(StompConnection connection, StompHeaderAccessor frame) {
        if (connection.isAuthenticated()) {
            throw new StompRefusal("CONNECT comes once, and first.");
        }
        String token = token(frame);
        Authentication user = tokens.authenticate(token)
                .orElseThrow(() -> pause(connection, token)
                        .map(pause ->
                                new StompRefusal("There were too many wrong tokens from your address; try again in "
                                        + Math.max(1, pause.toSeconds()) + " s."))
                        .orElseGet(() -> new StompRefusal("CONNECT needs a valid token in the header 'Authorization:"
                                + " Bearer <token>' or in the header 'passcode'.")));
        if (user.getAuthorities().stream().noneMatch(role -> READ.equals(role.getAuthority()))) {
            throw new StompRefusal("This token may not read events.");
        }
        frame.setUser(user);
        connection.authenticated();
    }

    /** Returns how long the client should not try again, if it has sent wrong tokens too often. */
    private Optional<Duration> pause(StompConnection connection, String token) {
        InetSocketAddress client = connection.getRemoteAddress();
        return token.isEmpty() || client == null
                ? Optional.empty()
                : wrongTokens.count(client.getAddress().getHostAddress());
    }

    /** The token leaves the frame, because the broker keeps the frame. */
    private static String token(StompHeaderAccessor frame) {
        String authorization = frame.getFirstNativeHeader("Authorization");
        String passcode = frame.getPasscode();
        frame.removeNativeHeader("Authorization");
        frame.removeNativeHeader("passcode");
        if (authorization != null && authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
            return authorization.substring(BEARER.length()).strip();
        }
        return passcode == null ? "" : passcode;
    }

    private void subscribe(StompConnection connection, StompHeaderAccessor frame) {
        String id = header(frame, "id");
        String destination = header(frame, "destination");
        EventFilter filter = Topic.filterOf(destination)
                .orElseThrow(() ->
                        new StompRefusal("There is no such destination; there are " + Topic.KNOWN + ", with a UUID."));
        long after = lastSeq(frame);
        if (connection.hasSubscription(id)) {
            throw new StompRefusal("The subscription id is in use on this connection.");
        }
        if (connection.subscriptions() >= properties.maxSubscriptions()) {
            throw new StompRefusal(
                    "A connection may have " + properties.maxSubscriptions() + " subscriptions and no more.");
        }
        connection.subscribe(new StompSubscription(connection, id, destination, filter, after, feed, outbox));
        confirm(connection, frame);
    }

    /** The number after which the subscription begins: the client's, or else that of the newest event. */
    private long lastSeq(StompHeaderAccessor frame) {
        String text = frame.getFirstNativeHeader("last-seq");
        long newest = events.lastSeq();
        if (text == null) {
            return newest;
        }
        if (!NUMBER.matcher(text).matches()) {
            throw new StompRefusal("The header last-seq must be the number of an event, or 0.");
        }
        long seq = Long.parseLong(text);
        if (seq > newest) {
            throw new StompRefusal("The header last-seq is beyond the newest event, which is " + newest + ".");
        }
        return seq;
    }

    private static StompConnection authenticated(StompConnection connection) {
        if (!connection.isAuthenticated()) {
            throw new StompRefusal("CONNECT comes once, and first.");
        }
        return connection;
    }

    private static String header(StompHeaderAccessor frame, String name) {
        String value = frame.getFirstNativeHeader(name);
        if (value == null || value.isEmpty()) {
            throw new StompRefusal("The header " + name + " is missing.");
        }
        return value;
    }

    private void confirm(StompConnection connection, StompHeaderAccessor frame) {
        String receipt = frame.getReceipt();
        if (receipt != null) {
            outbox.receipt(connection.getId(), receipt);
        }
    }
}

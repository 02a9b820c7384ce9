package dev.claudepool.stomp;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.messaging.Message;
import org.springframework.messaging.MessageDeliveryException;
import org.springframework.messaging.simp.stomp.StompEncoder;
import org.springframework.messaging.simp.stomp.StompHeaderAccessor;
import org.springframework.web.socket.TextMessage;
import org.springframework.web.socket.messaging.StompSubProtocolErrorHandler;

/**
 * Says in the ERROR frame what was wrong with the client's frame, and nothing of our own insides. What the
 * {@link StompGate} throws comes wrapped; anything else is the framework's, about frames that it cannot read or place.
 */
class StompErrors extends StompSubProtocolErrorHandler {

    private static final Logger log = LoggerFactory.getLogger(StompErrors.class);

    private final StompEncoder encoder = new StompEncoder();

    @Override
    protected Message<byte[]> handleInternal(
            StompHeaderAccessor error,
            byte[] payload,
            @Nullable Throwable cause,
            @Nullable StompHeaderAccessor clientHeaders) {
        if (cause != null) { // else it is the broker's own
            error.setMessage(messageFor(cause));
            if (StompConnection.CURRENT.isBound()) {
                StompConnection.CURRENT
                        .get()
                        .closingFrame(new TextMessage(encoder.encode(error.getMessageHeaders(), payload)));
            }
        }
        return super.handleInternal(error, payload, cause, clientHeaders);
    }

    private static String messageFor(Throwable failure) {
        return switch (failure) {
            case MessageDeliveryException delivery -> messageOfGate(delivery);
            default -> "That is not a valid STOMP frame at this place; CONNECT comes once, and first.";
        };
    }

    private static String messageOfGate(MessageDeliveryException delivery) {
        return switch (delivery.getCause()) {
            case StompRefusal refusal -> String.valueOf(refusal.getMessage());
            case null, default -> {
                log.atWarn().setCause(delivery).log("a STOMP frame could not be handled");
                yield "Something went wrong here.";
            }
        };
    }
}

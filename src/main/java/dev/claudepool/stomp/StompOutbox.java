package dev.claudepool.stomp;

import dev.claudepool.event.Event;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.annotation.Lazy;
import org.springframework.http.MediaType;
import org.springframework.messaging.MessageChannel;
import org.springframework.messaging.simp.SimpMessageHeaderAccessor;
import org.springframework.messaging.simp.SimpMessageType;
import org.springframework.messaging.simp.stomp.StompCommand;
import org.springframework.messaging.simp.stomp.StompHeaderAccessor;
import org.springframework.messaging.support.MessageBuilder;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** Sends frames to clients. Thread-safe. */
@Component
class StompOutbox {

    private static final byte[] EMPTY = {};

    private final MessageChannel channel;
    private final JsonMapper json;

    /** The channel is lazy, because it is made by what the {@link StompGate} is a part of. */
    StompOutbox(@Lazy @Qualifier("clientOutboundChannel") MessageChannel channel, JsonMapper json) {
        this.channel = channel;
        this.json = json;
    }

    /** Sends a MESSAGE frame; the connection's turn must have been taken. */
    void message(String sessionId, String subscriptionId, String destination, Event event) {
        SimpMessageHeaderAccessor headers = SimpMessageHeaderAccessor.create(SimpMessageType.MESSAGE);
        headers.setSessionId(sessionId);
        headers.setSubscriptionId(subscriptionId);
        headers.setDestination(destination);
        headers.setContentType(MediaType.APPLICATION_JSON);
        send(headers, json.writeValueAsBytes(event));
    }

    /** Sends a RECEIPT frame. */
    void receipt(String sessionId, String receiptId) {
        StompHeaderAccessor headers = StompHeaderAccessor.create(StompCommand.RECEIPT);
        headers.setSessionId(sessionId);
        headers.setReceiptId(receiptId);
        send(headers, EMPTY);
    }

    private void send(SimpMessageHeaderAccessor headers, byte[] body) {
        headers.setLeaveMutable(true);
        channel.send(MessageBuilder.createMessage(body, headers.getMessageHeaders()));
    }
}

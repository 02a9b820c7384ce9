package dev.claudepool.stomp;

import java.io.Serial;

/** A frame from a client is refused; the message is what the client reads in the ERROR frame. */
class StompRefusal extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1;

    StompRefusal(String message) {
        super(message, null, false, false);
    }
}

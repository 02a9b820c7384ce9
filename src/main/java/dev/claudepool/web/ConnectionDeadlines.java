package dev.claudepool.web;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The times by which clients must have sent the head of a request, or the rest of a body that nobody wants. Tomcat's
 * own timeouts bound the silence between two reads, so that a byte now and then keeps a connection for ever.
 * Thread-safe.
 *
 * <p>A late connection is shut down for reading, and no more: the thread that has it finds the end of the stream and
 * closes it. Closing it from here would put its buffers back into use while that thread still has them.
 */
final class ConnectionDeadlines {

    /** How long the rest of a refused body is read, so that the client gets to read the answer. */
    private static final Duration LINGERING = Duration.ofSeconds(5);

    private static final Logger log = LoggerFactory.getLogger(ConnectionDeadlines.class);

    /** The deadlines, in the time of {@link System#nanoTime()}. */
    private final Map<SocketChannel, Long> ends = new ConcurrentHashMap<>();

    private volatile boolean beginWithConnections = true;
    private volatile Duration headTimeout = Duration.ofSeconds(10);

    void headTimeout(Duration timeout) {
        headTimeout = timeout;
    }

    /** Whether a deadline begins when a client connects, or only with the first byte of a request. */
    void beginWithConnections(boolean begin) {
        beginWithConnections = begin;
    }

    void connected(SocketChannel connection) {
        if (beginWithConnections) {
            headBegins(connection);
        }
    }

    /** A request has begun, and its end is awaited; does nothing when that is known. */
    void headBegins(SocketChannel connection) {
        ends.putIfAbsent(connection, System.nanoTime() + headTimeout.toNanos());
    }

    /** The request was answered before its body was read. */
    void lingers(SocketChannel connection) {
        ends.put(connection, System.nanoTime() + LINGERING.toNanos());
    }

    /** The client has sent what it had to send. */
    void end(SocketChannel connection) {
        ends.remove(connection);
    }

    void enforce() {
        long now = System.nanoTime();
        ends.forEach((connection, end) -> {
            if (now - end >= 0 && ends.remove(connection, end)) {
                shutDown(connection);
            }
        });
    }

    private static void shutDown(SocketChannel connection) {
        try {
            connection.shutdownInput();
            log.debug("a client took too long to send its request");
        } catch (IOException _) {
            // It has been closed meanwhile.
        }
    }
}

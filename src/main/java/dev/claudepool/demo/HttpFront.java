package dev.claudepool.demo;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A small HTTP/1.1 server on 127.0.0.1, one request a connection. The one in the JDK cannot tell that a client has gone
 * while nothing is being written, which is what a cancelled request looks like. Thread-safe.
 */
final class HttpFront implements AutoCloseable {

    private static final int BACKLOG = 1024;
    private static final int LONGEST_LINE = 64 * 1024;

    private final ServerSocket server;
    private final Handler handler;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    /** @throws UncheckedIOException when the port is taken */
    HttpFront(int port, Handler handler) {
        this.handler = handler;
        try {
            this.server = new ServerSocket(port, BACKLOG, InetAddress.ofLiteral("127.0.0.1"));
        } catch (IOException e) {
            throw new UncheckedIOException("port " + port + " of 127.0.0.1 cannot be used: " + e.getMessage(), e);
        }
        Thread.ofVirtual().name("messages-api").start(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    /** Refuses new connections and breaks the open ones. */
    @Override
    public void close() {
        closeQuietly(server);
        open.forEach(HttpFront::closeQuietly);
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                open.add(socket);
                Thread.ofVirtual().name("messages-api-request").start(() -> serve(socket));
            } catch (IOException e) {
                // Closed, or out of file descriptors, which the next turn will show.
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            socket.setTcpNoDelay(true);
            InputStream in = new BufferedInputStream(socket.getInputStream());
            handler.handle(read(in), new Client(socket, in));
        } catch (IOException e) {
            // The client went away, or does not speak HTTP: nobody is left to tell.
        } finally {
            open.remove(socket);
        }
    }

    private static Request read(InputStream in) throws IOException {
        String[] start = line(in).split(" ", 3);
        if (start.length < 3) {
            throw new IOException("not HTTP");
        }
        Map<String, String> headers = new TreeMap<>();
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                headers.put(
                        line.substring(0, colon).toLowerCase(Locale.ROOT),
                        line.substring(colon + 1).strip());
            }
        }
        return new Request(start[0], start[1], headers, body(in, headers));
    }

    private static String body(InputStream in, Map<String, String> headers) throws IOException {
        if (headers.getOrDefault("transfer-encoding", "").equalsIgnoreCase("chunked")) {
            throw new IOException("chunked requests are not understood");
        }
        try {
            int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
            byte[] body = in.readNBytes(length);
            if (body.length < length) {
                throw new EOFException();
            }
            return new String(body, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new IOException("a bad content-length", e);
        }
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int read = in.read(); read != '\n'; read = in.read()) {
            if (read < 0 || line.length() > LONGEST_LINE) {
                throw new EOFException();
            }
            line.append((char) read);
        }
        return line.toString().stripTrailing();
    }

    private static void closeQuietly(AutoCloseable closeable) {
        try {
            closeable.close();
        } catch (Exception e) {
            // It is being thrown away.
        }
    }

    /** Answers one request. */
    interface Handler {
        void handle(Request request, Client client) throws IOException;
    }

    /**
     * One request.
     *
     * @param target path and query, as sent
     * @param headers by lower-case name
     */
    record Request(String method, String target, Map<String, String> headers, String body) {

        String path() {
            int query = target.indexOf('?');
            return query < 0 ? target : target.substring(0, query);
        }

        String header(String name) {
            return headers.getOrDefault(name, "");
        }

        @Override
        public String toString() {
            return method + " " + path();
        }
    }
}

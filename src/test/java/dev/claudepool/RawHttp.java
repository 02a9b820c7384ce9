package dev.claudepool;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Sends requests byte by byte, because Java's client refuses to send what a test of bad requests needs. */
public record RawHttp(int port, String token) {

    private static final JsonMapper JSON = new JsonMapper();

    /**
     * Sends a request with the token.
     *
     * @param target path and query, as they go over the wire
     * @param headers whole lines, without {@code Content-Length}, which is added where there is a body
     */
    public Answer send(String method, String target, List<String> headers, String body) {
        StringBuilder head = new StringBuilder(method + " " + target + " HTTP/1.1\r\nHost: localhost\r\n");
        head.append("Connection: close\r\nAuthorization: Bearer ").append(token).append("\r\n");
        headers.forEach(line -> head.append(line).append("\r\n"));
        byte[] bytes = body.getBytes(UTF_8);
        if (bytes.length > 0 && headers.stream().noneMatch(line -> line.startsWith("Transfer-Encoding"))) {
            head.append("Content-Length: ").append(bytes.length).append("\r\n");
        }
        return exchange(head.append("\r\n").toString().getBytes(ISO_8859_1), bytes);
    }

    private Answer exchange(byte[] head, byte[] body) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(head);
            socket.getOutputStream().write(body);
            return Answer.of(readUntilClosed(socket.getInputStream()));
        } catch (IOException e) {
            throw new AssertionError("no answer", e);
        }
    }

    /** A service that refuses a body may cut the connection after its answer. */
    private static String readUntilClosed(InputStream in) throws IOException {
        StringBuilder answer = new StringBuilder();
        byte[] buffer = new byte[8192];
        try {
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                answer.append(new String(buffer, 0, count, ISO_8859_1));
            }
        } catch (java.net.SocketException e) {
            if (answer.isEmpty()) {
                throw e;
            }
        }
        return answer.toString();
    }

    /** What came back. */
    public record Answer(int status, String head, String body) {

        /** What a service has sent until it closed the connection. */
        public static Answer of(String text) {
            int end = text.indexOf("\r\n\r\n");
            String head = end < 0 ? text : text.substring(0, end);
            String rest = end < 0 ? "" : text.substring(end + 4);
            boolean chunked = head.toLowerCase(Locale.ROOT).contains("transfer-encoding: chunked");
            String[] statusLine = head.split(" ", 3);
            return new Answer(
                    statusLine.length > 1 ? Integer.parseInt(statusLine[1]) : 0,
                    head,
                    new String((chunked ? joined(rest) : rest).getBytes(ISO_8859_1), UTF_8));
        }

        private static String joined(String chunks) {
            StringBuilder whole = new StringBuilder();
            int at = 0;
            for (int end = chunks.indexOf("\r\n", at); end >= 0; end = chunks.indexOf("\r\n", at)) {
                int length = Integer.parseInt(chunks.substring(at, end), 16);
                if (length == 0) {
                    break;
                }
                whole.append(chunks, end + 2, end + 2 + length);
                at = end + 2 + length + 2;
            }
            return whole.toString();
        }

        /** Status and code of a problem, such as {@code 404 task-not-found}. */
        public String problem() {
            return Optional.of(body)
                    .filter(_ -> head.toLowerCase(Locale.ROOT).contains("content-type: application/problem+json"))
                    .flatMap(Answer::parsed)
                    .filter(json -> json.path("status").asInt(0) == status)
                    .map(json -> status + " " + json.path("code").asString(""))
                    .orElse("not a problem: " + status + " " + body);
        }

        private static Optional<JsonNode> parsed(String text) {
            try {
                return Optional.of(JSON.readTree(text));
            } catch (JacksonException e) {
                return Optional.empty();
            }
        }
    }
}

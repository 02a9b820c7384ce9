package dev.claudepool.security;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.claudepool.TestingClient;
import dev.claudepool.TestingClient.Answer;
import dev.claudepool.WebServiceTest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.TestPropertySource;

@WebServiceTest
@TestPropertySource(
        properties = {
            "claude-pool.security.allowed-origins=https://dash.example",
            "claude-pool.security.allowed-hosts=pool.example"
        })
class HostAndOriginTest {

    @LocalServerPort
    private int port;

    private TestingClient client;

    @BeforeEach
    void connect() {
        client = new TestingClient(port);
    }

    @Test
    void refusesForeignPages() {
        assertThat(client.get("/api/v1/x", "Origin", "https://evil.example").problem())
                .isEqualTo("403 forbidden");
        assertThat(client.get("/actuator/health", "Origin", "null").problem()).isEqualTo("403 forbidden");
    }

    @Test
    void letsItsOwnPagesIn() {
        Answer answer = client.get("/api/v1/x", "Origin", "http://127.0.0.1:" + port);

        assertThat(answer.problem()).isEqualTo("404 not-found");
    }

    @Test
    void letsAllowedPagesReadTheAnswer() {
        Answer answer = client.get("/api/v1/x", "Origin", "https://dash.example");

        assertThat(answer.problem()).isEqualTo("404 not-found");
        assertThat(answer.header("Access-Control-Allow-Origin")).isEqualTo("https://dash.example");
        assertThat(answer.header("Access-Control-Expose-Headers")).contains("Location", "Retry-After");
    }

    @Test
    void answersPreflightsOfAllowedPagesWithoutToken() {
        Answer allowed = preflight("https://dash.example");
        Answer foreign = preflight("https://evil.example");

        assertThat(allowed.status()).isEqualTo(200);
        assertThat(allowed.header("Access-Control-Allow-Headers")).containsIgnoringCase("Authorization");
        assertThat(allowed.header("Access-Control-Allow-Methods")).contains("POST");
        assertThat(foreign.problem()).isEqualTo("403 forbidden");
        assertThat(foreign.header("Access-Control-Allow-Origin")).isEmpty();
    }

    @Test
    void refusesForeignNames() throws IOException {
        assertThat(statusLine("GET /actuator/health", "Host: evil.example")).contains("403");
        assertThat(statusLine("GET /actuator/health", "Host: evil.example:" + port))
                .contains("403");
        assertThat(statusLine("GET /actuator/health", "Host: pool.example")).contains("200");
        assertThat(statusLine("GET /actuator/health", "Host: localhost:" + port))
                .contains("200");
    }

    @Test
    void refusesWebSocketHandshakesOfForeignPages() throws IOException {
        String handshake =
                "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==";

        assertThat(statusLine("GET /ws", "Host: localhost\r\n" + handshake + "\r\nOrigin: https://evil.example"))
                .contains("403");
    }

    private Answer preflight(String origin) {
        return new TestingClient(port, "")
                .send(
                        "OPTIONS",
                        "/api/v1/tasks",
                        BodyPublishers.noBody(),
                        "Origin",
                        origin,
                        "Access-Control-Request-Method",
                        "POST",
                        "Access-Control-Request-Headers",
                        "authorization,content-type");
    }

    /** By hand, because Java's client sets {@code Host} itself. */
    private String statusLine(String request, String headers) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream()
                    .write((request + " HTTP/1.1\r\n" + headers + "\r\nConnection: close\r\n\r\n").getBytes(US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), US_ASCII);
            return answer.lines().findFirst().orElse("");
        }
    }
}

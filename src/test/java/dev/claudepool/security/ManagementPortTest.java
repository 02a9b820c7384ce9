package dev.claudepool.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.claudepool.RawClient;
import dev.claudepool.TestingClient;
import dev.claudepool.WebServiceTest;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.test.web.server.LocalManagementPort;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.TestPropertySource;

/** A port of its own for health and metrics, with the same rules as on the main one. */
@WebServiceTest
@TestPropertySource(
        properties = {
            "management.server.port=0",
            "claude-pool.web.head-timeout=2s",
            "server.tomcat.max-connections=20",
            "server.tomcat.accept-count=1"
        })
@Timeout(120)
class ManagementPortTest {

    @LocalServerPort
    private int mainPort;

    @LocalManagementPort
    private int port;

    private TestingClient client;
    private TestingClient stranger;

    @BeforeEach
    void connect() {
        client = new TestingClient(port);
        stranger = new TestingClient(port, "");
    }

    @Test
    void healthIsOpenThereAndGoneFromTheMainPort() {
        assertThat(stranger.get("/actuator/health").status()).isEqualTo(200);
        assertThat(new TestingClient(mainPort).get("/actuator/health").problem())
                .isEqualTo("404 not-found");
        assertThat(new TestingClient(mainPort, "").get("/livez").status()).isEqualTo(200);
    }

    @Test
    void metricsNeedAToken() {
        assertThat(stranger.get("/actuator/metrics").problem()).isEqualTo("401 unauthorized");
        assertThat(client.as("wrong-token-wrong-token-wrong-token")
                        .get("/actuator/metrics")
                        .problem())
                .isEqualTo("401 unauthorized");
        assertThat(client.get("/actuator/metrics").status()).isEqualTo(200);
    }

    @Test
    void everythingElseIsForAdministratorsAndNotThere() {
        assertThat(stranger.get("/actuator/env").problem()).isEqualTo("401 unauthorized");
        assertThat(stranger.get("/api/v1/tasks").problem()).isEqualTo("401 unauthorized");
        assertThat(client.get("/api/v1/tasks").problem()).isEqualTo("404 not-found");
        assertThat(client.post("/actuator/health", "{}").problem()).isEqualTo("405 method-not-allowed");
    }

    @Test
    void foreignNamesAndPagesAreRefused() {
        assertThat(stranger.get("/actuator/health", "Origin", "https://evil.example")
                        .problem())
                .isEqualTo("403 forbidden");
        try (RawClient foreign = new RawClient(port)) {
            foreign.send("GET /actuator/health HTTP/1.1\r\nHost: evil.example\r\n\r\n");

            assertThat(foreign.readUntil("\"code\":\"forbidden\"")).startsWith("HTTP/1.1 403");
        }
    }

    @Test
    void whatTheServerItselfRefusesIsAProblem() {
        for (String path : List.of("/actuator/%zz", "/actuator//health;x=1")) {
            try (RawClient mistaken = new RawClient(port)) {
                mistaken.send("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n");

                assertThat(mistaken.readUntil("\"code\":\"validation-failed\""))
                        .as(path)
                        .startsWith("HTTP/1.1 400")
                        .contains("application/problem+json");
            }
        }
    }

    @Test
    void slowClientsAreClosed() {
        try (RawClient slow = new RawClient(port)) {
            slow.send("GET /actuator");

            assertThat(slow.received()).succeedsWithin(Duration.ofSeconds(60));
        }
    }

    @Test
    void healthIsAnsweredWhateverTheMainPortSuffers() {
        List<RawClient> crowd =
                IntStream.range(0, 21).mapToObj(_ -> new RawClient(mainPort)).toList();
        try {
            assertThat(stranger.get("/actuator/health").status()).isEqualTo(200);
            assertThat(stranger.get("/actuator/health/liveness").status()).isEqualTo(200);
        } finally {
            crowd.forEach(RawClient::close);
        }
    }
}

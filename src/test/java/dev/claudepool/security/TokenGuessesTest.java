package dev.claudepool.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.claudepool.TestingClient;
import dev.claudepool.TestingClient.Answer;
import dev.claudepool.WebServiceTest;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.TestPropertySource;

@WebServiceTest
@TestPropertySource(
        properties = "spring.application.name=guesses") // a context of its own, whose wrong tokens nobody shares
class TokenGuessesTest {

    @LocalServerPort
    private int port;

    @Test
    void guessesMustWaitAndARightTokenNeverDoes() {
        TestingClient client = new TestingClient(port);
        for (int guess = 0; guess < 100; guess++) {
            assertThat(client.as("wrong-" + guess).get("/api/v1/tasks").problem())
                    .isEqualTo("401 unauthorized");
        }

        Answer refused = client.as("wrong-100").get("/api/v1/tasks");

        assertThat(refused.problem()).isEqualTo("429 too-many-wrong-tokens");
        assertThat(refused.header("Retry-After")).matches("[1-9]\\d?");
        assertThat(client.get("/api/v1/tasks").problem()).isEqualTo("404 not-found");
        assertThat(client.as("").get("/api/v1/tasks").problem()).isEqualTo("401 unauthorized");
    }
}

package dev.claudepool.stomp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.claudepool.live.LiveServerTest;
import org.junit.jupiter.api.Test;
import org.springframework.test.context.TestPropertySource;

@TestPropertySource(
        properties = "spring.application.name=guesses") // a context of its own, whose wrong tokens nobody shares
class StompGuessesTest extends LiveServerTest {

    @Test
    void guessesMustWaitAndARightTokenNeverDoes() throws Exception {
        for (int guess = 0; guess < 100; guess++) {
            assertThat(answerTo("wrong-" + guess)).startsWith("ERROR").contains("CONNECT needs a valid token");
        }

        assertThat(answerTo("wrong-100")).startsWith("ERROR").contains("too many wrong tokens");
        assertThat(answerTo(TOKEN)).startsWith("CONNECTED");
        assertThat(answerTo("")).startsWith("ERROR").contains("CONNECT needs a valid token");
    }

    private String answerTo(String token) throws Exception {
        try (var client = RawStompClient.open(port)) {
            client.send("CONNECT\naccept-version:1.2\nheart-beat:0,0\npasscode:" + token + "\n\n\0");
            return client.frame();
        }
    }
}

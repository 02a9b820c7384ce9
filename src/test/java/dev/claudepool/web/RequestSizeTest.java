package dev.claudepool.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.claudepool.TestingClient;
import dev.claudepool.TestingClient.Answer;
import dev.claudepool.WebServiceTest;
import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Import;

@WebServiceTest
@Import(TestingController.class)
class RequestSizeTest {

    private static final int MEGABYTE = 1 << 20;

    @LocalServerPort
    private int port;

    @Test
    void takesBodiesUpToTheLimit() {
        assertThat(post("/api/v1/lengths", announced(text(4 * MEGABYTE))).body())
                .isEqualTo("4194304");
        assertThat(post("/api/v1/lengths", chunked(text(4 * MEGABYTE))).body()).isEqualTo("4194304");
    }

    @ParameterizedTest
    @ValueSource(ints = {4 * MEGABYTE + 1, 5 * MEGABYTE, 40 * MEGABYTE})
    void refusesLargerBodiesWithAnAnswerThatArrives(int size) {
        assertThat(post("/api/v1/lengths", announced(text(size))).problem()).isEqualTo("413 payload-too-large");
        assertThat(post("/api/v1/lengths", chunked(text(size))).problem()).isEqualTo("413 payload-too-large");
    }

    @Test
    void refusesLargerJson() {
        String json = "{\"prompt\":\"" + text(5 * MEGABYTE) + "\"}";

        assertThat(post("/api/v1/orders", announced(json)).problem()).isEqualTo("413 payload-too-large");
        assertThat(post("/api/v1/orders", chunked(json)).problem()).isEqualTo("413 payload-too-large");
    }

    @Test
    void revealsNothingToStrangers() {
        Answer answer = new TestingClient(port, "").send("POST", "/api/v1/orders", chunked(text(5 * MEGABYTE)));

        assertThat(answer.problem()).isEqualTo("401 unauthorized");
    }

    private Answer post(String path, BodyPublisher body) {
        return new TestingClient(port).send("POST", path, body, "Content-Type", "application/json");
    }

    private static String text(int length) {
        return "x".repeat(length);
    }

    private static BodyPublisher announced(String text) {
        return BodyPublishers.ofString(text);
    }

    private static BodyPublisher chunked(String text) {
        return BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
    }
}

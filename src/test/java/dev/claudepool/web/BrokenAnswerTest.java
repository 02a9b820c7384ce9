package dev.claudepool.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.claudepool.TestingClient;
import dev.claudepool.TestingClient.Answer;
import dev.claudepool.WebServiceTest;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Import;

@WebServiceTest
@Import(TestingController.class)
class BrokenAnswerTest {

    @LocalServerPort
    private int port;

    @ParameterizedTest
    @ValueSource(strings = {"/api/v1/broken?after=100000", "/api/v1/broken-stream"})
    void anAnswerThatFailsHalfWayIsNotTakenForAWholeOne(String path) {
        TestingClient client = new TestingClient(port);

        assertThatThrownBy(() -> client.get(path)).hasCauseInstanceOf(IOException.class);
    }

    @Test
    void anAnswerThatFailsBeforeItIsSentIsAProblem() {
        Answer answer = new TestingClient(port).get("/api/v1/broken?after=10");

        assertThat(answer.problem()).isEqualTo("500 internal-error");
    }
}

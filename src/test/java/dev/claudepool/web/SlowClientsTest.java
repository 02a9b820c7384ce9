package dev.claudepool.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.claudepool.RawClient;
import dev.claudepool.TestingClient;
import dev.claudepool.WebServiceTest;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.TestPropertySource;

/** Clients that send a byte now and then, so that the connection is never silent for long. */
@WebServiceTest
@Import(TestingController.class)
@TestPropertySource(
        properties = {
            "claude-pool.web.head-timeout=1s",
            "claude-pool.web.body-timeout=1s",
            "server.tomcat.max-connections=200"
        })
@Timeout(120)
class SlowClientsTest {

    private static final Duration LONG = Duration.ofSeconds(60);

    @AutoClose
    private final ScheduledExecutorService pace = Executors.newSingleThreadScheduledExecutor();

    private final List<RawClient> clients = new ArrayList<>();

    @LocalServerPort
    private int port;

    @AfterEach
    void hangUp() {
        pace.shutdownNow();
        clients.forEach(RawClient::close);
    }

    @Test
    void slowHeadsDoNotKeepOthersFromBeingAnswered() {
        List<CompletableFuture<String>> ends =
                dribble(400, "GET /api/v1/numbers HTTP/1.1\r\nHost: localhost\r\nX-Long: ", "x");

        assertThat(new TestingClient(port).get("/actuator/health").status()).isEqualTo(200);
        assertThat(new TestingClient(port, "").get("/api/v1/tasks").problem()).isEqualTo("401 unauthorized");
        assertThat(CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new)))
                .succeedsWithin(LONG);
    }

    @Test
    void aSlowHeadAfterAnAnswerIsNoBetter() {
        String answered = "GET /api/v1/tasks HTTP/1.1\r\nHost: localhost\r\n\r\n";

        CompletableFuture<String> end = dribble(1, answered + "GET /", "x").getFirst();

        assertThat(end).succeedsWithin(LONG).asString().startsWith("HTTP/1.1 401");
    }

    @Test
    void clientsThatSendNothingAreClosed() {
        assertThat(dribble(1, "", "").getFirst()).succeedsWithin(LONG);
    }

    @Test
    void aSlowBodyIsRefused() {
        String head = RawClient.request(
                "POST",
                "/api/v1/lengths",
                TestingClient.TOKEN,
                "",
                "Content-Type: application/json\r\nContent-Length: 1000\r\n");

        CompletableFuture<String> end = dribble(1, head, "x").getFirst();

        assertThat(end)
                .succeedsWithin(LONG)
                .asString()
                .startsWith("HTTP/1.1 408")
                .contains("request-timeout");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Type: application/json\r\nContent-Length: 10000000\r\n",
                "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n",
                "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 10000000\r\n",
                "Content-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\n"
            })
    void aBodyWithoutATokenIsAnsweredAtOnceAndNotReadForLong(String headers) {
        String more = headers.contains("chunked") ? "1\r\nx\r\n" : "x";
        List<CompletableFuture<String>> ends = Stream.of("POST", "PUT")
                .map(method -> RawClient.request(method, "/api/v1/tasks", "wrong", "", headers))
                .flatMap(head -> dribble(1, head, more).stream())
                .toList();

        assertThat(ends)
                .allSatisfy(end -> assertThat(end)
                        .succeedsWithin(LONG)
                        .asString()
                        .startsWith("HTTP/1.1 401")
                        .contains("Connection: close"));
    }

    /** Sends the start at once, then {@code more} again and again; completes when the service closes the connection. */
    private List<CompletableFuture<String>> dribble(int count, String start, String more) {
        List<RawClient> slow = IntStream.range(0, count)
                .mapToObj(_ -> new RawClient(port).send(start))
                .toList();
        clients.addAll(slow);
        for (RawClient client : slow) {
            var _ = pace.scheduleWithFixedDelay(() -> sendIfOpen(client, more), 200, 200, TimeUnit.MILLISECONDS);
        }
        return slow.stream().map(RawClient::received).toList();
    }

    private static void sendIfOpen(RawClient client, String text) {
        try {
            client.send(text);
        } catch (UncheckedIOException _) {
            // The service has closed it, as its reader tells.
        }
    }
}

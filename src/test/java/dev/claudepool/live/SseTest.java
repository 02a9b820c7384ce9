package dev.claudepool.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.claudepool.live.Pump.Transport;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.test.context.TestPropertySource;
import tools.jackson.databind.JsonNode;

@TestPropertySource(properties = "claude-pool.live.keep-alive=200ms")
class SseTest extends LiveServerTest {

    @Test
    void aTasksStreamBeginsWithItsFirstEventAndEndsWithItsFinalState() throws Exception {
        UUID task = ids.next();
        state(task, "QUEUED");
        state(ids.next(), "QUEUED");
        try (var client = SseClient.ofTask(port, task.toString(), null)) {
            assertThat(client.response().statusCode()).isEqualTo(200);
            assertThat(client.response().headers().firstValue("content-type"))
                    .hasValueSatisfying(type -> assertThat(type).startsWith("text/event-stream"));
            assertThat(client.response().headers().firstValue("cache-control")).hasValue("no-store");
            SseClient.Message first = client.next().orElseThrow();
            JsonNode event = json.readTree(first.data());
            assertThat(first.event()).isEqualTo("task.state");
            assertThat(first.id()).isEqualTo(event.get("seq").asString());
            assertThat(event.get("data").get("state").asString()).isEqualTo("QUEUED");
            await().until(() -> client.next().orElseThrow().comment() != null);

            delta(task, "grüezi");
            text(task, "grüezi\nmitenand");
            state(task, "RUNNING");
            state(task, "SUCCEEDED");

            List<SseClient.Message> rest = client.rest().stream()
                    .filter(message -> message.event() != null)
                    .toList();
            assertThat(rest)
                    .extracting(SseClient.Message::event)
                    .containsExactly("task.delta", "task.text", "task.state", "task.state");
            assertThat(rest.getFirst().id()).isNull();
            assertThat(rest.get(1).data()).contains("grüezi\\nmitenand");
            assertThat(rest.getLast().data()).contains("SUCCEEDED");
        }
        await().until(() -> feed.count(Transport.SSE) == 0);
    }

    @Test
    void reconnectingWithLastEventIdMissesNothingAndRepeatsNothingWhileEventsAreWritten() throws Exception {
        int total = 1_000;
        UUID task = ids.next();
        state(task, "QUEUED");
        long first = log.lastSeq();
        Thread writer = Thread.startVirtualThread(() -> {
            for (int i = 0; i < total; i++) {
                text(task, "event " + i);
            }
            state(task, "SUCCEEDED");
        });
        List<Long> received = new ArrayList<>();
        int connections = 0;
        boolean ended = false;
        while (!ended) {
            String seen = received.isEmpty() ? null : received.getLast().toString();
            try (var client = SseClient.ofTask(port, task.toString(), seen)) {
                connections++;
                for (int i = 0; i < 150 && !ended; i++) {
                    var message = client.next();
                    ended = message.isEmpty();
                    message.map(SseClient.Message::id).map(Long::valueOf).ifPresent(received::add);
                }
            }
        }
        writer.join();
        assertThat(received)
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(first, first + total + 1).boxed().toList());
        assertThat(connections).isGreaterThan(1);
    }

    @Test
    void aStreamWhoseEndWasSeenEndsAtOnce() throws Exception {
        UUID task = ids.next();
        state(task, "QUEUED");
        state(task, "FAILED");
        String last = Long.toString(log.lastSeq());
        try (var client = SseClient.ofTask(port, task.toString(), last)) {
            assertThat(client.rest()).isEmpty();
        }
        try (var client = SseClient.ofTask(port, task.toString(), "999999999")) {
            assertThat(client.rest()).isEmpty();
        }
        try (var client = SseClient.ofTask(port, task.toString(), "")) {
            assertThat(client.rest()).hasSize(2);
        }
    }

    @Test
    void anUnknownTaskIsNotFound() throws Exception {
        try (var client = SseClient.ofTask(port, ids.next().toString(), null)) {
            assertThat(client.response().statusCode()).isEqualTo(404);
            assertThat(client.response().headers().firstValue("content-type")).hasValue("application/problem+json");
            assertThat(client.body()).contains("\"task-not-found\"");
        }
    }

    @ParameterizedTest
    @CsvSource({"nonsense, 0", "00000000-0000-7000-8000-000000000000, x", "00000000-0000-7000-8000-000000000000, -1"})
    void aBadIdIsRefused(String task, String lastEventId) throws Exception {
        try (var client = SseClient.ofTask(port, task, lastEventId)) {
            assertThat(client.response().statusCode()).isEqualTo(400);
            assertThat(client.body()).contains("\"validation-failed\"");
        }
    }

    @Test
    void headHasNoStream() throws Exception {
        UUID task = ids.next();
        state(task, "QUEUED");
        HttpRequest head = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + port + "/api/v1/tasks/" + task + "/events"))
                .HEAD()
                .header("Authorization", "Bearer " + TOKEN)
                .timeout(Duration.ofSeconds(10))
                .build();
        try (HttpClient http = HttpClient.newHttpClient()) {
            assertThat(http.send(head, BodyHandlers.discarding()).statusCode()).isEqualTo(200);
        }
        await().until(() -> feed.count(Transport.SSE) == 0);
    }

    @Test
    void aPumpEndsSoonAfterItsClientIsGone() throws Exception {
        await().until(() -> feed.count(Transport.SSE) == 0);
        UUID task = ids.next();
        state(task, "QUEUED");
        var client = SseClient.ofTask(port, task.toString(), null);
        client.next();
        assertThat(feed.count(Transport.SSE)).isEqualTo(1);

        client.close();

        await().until(() -> feed.count(Transport.SSE) == 0);
    }
}

package dev.claudepool.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.claudepool.event.EventType;
import dev.claudepool.live.Pump.Transport;
import dev.claudepool.stomp.RawStompClient;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.springframework.test.context.TestPropertySource;

@TestPropertySource(
        properties = {
            "claude-pool.live.send-timeout=1s",
            "claude-pool.live.connect-timeout=2s",
            "claude-pool.live.keep-alive=100ms"
        })
class SendTimeoutTest extends LiveServerTest {

    @Test
    void clientsThatNeverReadAreCutOff() throws Exception {
        UUID task = ids.next();
        state(task, "QUEUED");
        try (var stomp = RawStompClient.openWithoutReading(port);
                var sse = SseClient.ofTask(port, task.toString(), null)) {
            assertThat(sse.response().statusCode()).isEqualTo(200);
            stomp.send("CONNECT\naccept-version:1.2\nheart-beat:0,0\npasscode:" + TOKEN + "\n\n\0");
            stomp.send("SUBSCRIBE\nid:a\ndestination:/topic/events\n\n\0");
            await().until(() -> feed.count(Transport.STOMP) == 1 && feed.count(Transport.SSE) == 1);

            String huge = "x".repeat(4_000_000);
            for (int i = 0; i < 6; i++) { // 24 MB: more than any socket buffer takes
                append(task(task), EventType.TASK_TEXT, "text", huge);
            }

            await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
                assertThat(feed.count(Transport.STOMP)).isZero();
                assertThat(feed.count(Transport.SSE)).isZero();
            });
        }
    }

    @Test
    void aWebSocketWithoutConnectIsClosed() {
        try (var client = RawStompClient.open(port)) {
            assertThat(client.closed).succeedsWithin(Duration.ofSeconds(10)).isEqualTo(1008);
        }
    }

    @Test
    void aWebSocketWithConnectStays() throws Exception {
        try (var first = RawStompClient.connect(port, TOKEN);
                var second = RawStompClient.open(port)) {
            assertThat(second.closed).succeedsWithin(Duration.ofSeconds(10));
            first.send("SUBSCRIBE\nid:a\ndestination:/topic/events\nreceipt:r\n\n\0");
            assertThat(first.frame()).startsWith("RECEIPT");
        }
    }
}

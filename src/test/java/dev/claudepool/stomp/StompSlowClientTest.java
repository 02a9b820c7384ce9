package dev.claudepool.stomp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.claudepool.event.EventType;
import dev.claudepool.event.TestingEventData;
import dev.claudepool.live.LiveServerTest;
import dev.claudepool.live.Pump.Transport;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.springframework.test.context.TestPropertySource;
import tools.jackson.databind.JsonNode;

@TestPropertySource(properties = "claude-pool.live.send-timeout=5m")
class StompSlowClientTest extends LiveServerTest {

    private static final int EVENTS = 2_000;

    @Test
    void aClientThatNeverReadsHoldsUpNobody() throws Exception {
        UUID task = ids.next();
        long before = log.lastSeq();
        String sizeable = "x".repeat(16_000); // 32 MB in all: more than any socket buffer takes
        try (var stuck = RawStompClient.openWithoutReading(port);
                var healthy = TestingStompClient.connect(port, TOKEN)) {
            stuck.send("CONNECT\naccept-version:1.2\nheart-beat:0,0\npasscode:" + TOKEN + "\n\n\0");
            stuck.send("SUBSCRIBE\nid:a\ndestination:/topic/events\n\n\0");
            stuck.send("SUBSCRIBE\nid:b\ndestination:/topic/tasks/" + task + "\n\n\0");
            await().until(() -> feed.count(Transport.STOMP) == 2);
            BlockingQueue<JsonNode> events = healthy.subscribe("/topic/tasks/" + task, null);

            for (int written = 0; written < EVENTS; written += 100) {
                transactions.writing(() -> {
                    for (int i = 0; i < 100; i++) {
                        log.append(task(task), new TestingEventData(EventType.TASK_TEXT, data("text", sizeable)));
                    }
                });
            }

            await().atMost(Duration.ofSeconds(60)).until(() -> events.size() == EVENTS);
            assertThat(TestingStompClient.seqs(events))
                    .containsExactlyElementsOf(LongStream.rangeClosed(before + 1, before + EVENTS)
                            .boxed()
                            .toList());
            assertThat(feed.count(Transport.STOMP)).isEqualTo(3); // the stuck one is stuck still
        }
        await().until(() -> feed.count(Transport.STOMP) == 0);
    }
}

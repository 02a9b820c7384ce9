package dev.claudepool.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.claudepool.event.EventType;
import dev.claudepool.live.Pump.Transport;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.springframework.test.context.TestPropertySource;
import tools.jackson.databind.JsonNode;

@TestPropertySource(properties = "claude-pool.live.send-timeout=3s")
class StompSlowClientTest extends LiveServerTest {

    private static final int EVENTS = 2_000;
    private static final String SIZEABLE = "x".repeat(16_000);

    @Test
    void aClientThatNeverReadsHoldsUpNobodyAndIsCutOff() throws Exception {
        UUID task = ids.next();
        long before = log.lastSeq();
        try (var stuck = RawStompClient.openWithoutReading(port);
                var healthy = TestingStompClient.connect(port, TOKEN)) {
            stuck.send("CONNECT\naccept-version:1.2\nheart-beat:0,0\npasscode:" + TOKEN + "\n\n\0");
            stuck.send("SUBSCRIBE\nid:a\ndestination:/topic/events\n\n\0");
            stuck.send("SUBSCRIBE\nid:b\ndestination:/topic/tasks/" + task + "\n\n\0");
            await().until(() -> feed.count(Transport.STOMP) == 2);
            BlockingQueue<JsonNode> events = healthy.subscribe("/topic/tasks/" + task, null);

            long t0 = System.nanoTime();
            for (int written = 0; written < EVENTS; written += 100) {
                transactions.writing(() -> {
                    for (int i = 0; i < 100; i++) {
                        log.append(task(task), EventType.TASK_TEXT, data("text", SIZEABLE));
                    }
                });
            }

            // Sooner than the stuck client is cut off: so nobody waits for that.
            System.out.println("XX written, got " + events.size() + " stomp " + feed.count(Transport.STOMP) + " "
                    + (System.nanoTime() - t0) / 1000000);
            await().atMost(Duration.ofSeconds(20)).until(() -> events.size() == EVENTS);
            System.out.println("XX got all " + feed.count(Transport.STOMP) + " " + (System.nanoTime() - t0) / 1000000);
            assertThat(TestingStompClient.seqs(events))
                    .containsExactlyElementsOf(LongStream.rangeClosed(before + 1, before + EVENTS)
                            .boxed()
                            .toList());
            assertThat(feed.count(Transport.STOMP)).isEqualTo(3);
            await().atMost(Duration.ofSeconds(10)).until(() -> feed.count(Transport.STOMP) == 1);
        }
    }
}

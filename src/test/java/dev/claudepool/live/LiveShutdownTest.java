package dev.claudepool.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.claudepool.live.Pump.Transport;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ConfigurableApplicationContext;

class LiveShutdownTest extends LiveServerTest {

    @Autowired
    ConfigurableApplicationContext application;

    @Test
    void openConnectionsDoNotHoldUpTheShutdown() throws Exception {
        UUID task = ids.next();
        state(task, "QUEUED");
        try (var sse = new SseClient(port, task.toString(), null);
                var stomp = RawStompClient.connect(port, TOKEN)) {
            stomp.send("SUBSCRIBE\nid:a\ndestination:/topic/events\n\n\0");
            await().until(() -> feed.count(Transport.SSE) == 1 && feed.count(Transport.STOMP) == 1);

            long start = System.nanoTime();
            application.close();

            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
            assertThat(sse.rest()).hasSize(1);
            assertThat(stomp.closed).succeedsWithin(Duration.ofSeconds(5)).isEqualTo(1001);
            assertThat(feed.count(Transport.SSE) + feed.count(Transport.STOMP)).isZero();
        }
    }
}

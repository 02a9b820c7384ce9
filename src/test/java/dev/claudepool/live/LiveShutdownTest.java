package dev.claudepool.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.claudepool.ClaudePoolApplication;
import dev.claudepool.event.EventLog;
import dev.claudepool.event.EventType;
import dev.claudepool.live.Pump.Transport;
import dev.claudepool.store.Transactions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.builder.SpringApplicationBuilder;
import tools.jackson.databind.json.JsonMapper;

class LiveShutdownTest {

    private static final UUID TASK = UUID.fromString("01920000-0000-7000-8000-00000000abcd");

    @Test
    void openConnectionsDoNotHoldUpTheShutdown(@TempDir Path dataDir) throws Exception {
        var application = new SpringApplicationBuilder(ClaudePoolApplication.class)
                .run(
                        "--server.port=0",
                        "--claude-pool.data-dir=" + dataDir,
                        "--claude-pool.security.token=" + LiveServerTest.TOKEN);
        int port = application.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
        LiveFeed feed = application.getBean(LiveFeed.class);
        append(application.getBean(Transactions.class), application.getBean(EventLog.class));
        try (var sse = new SseClient(port, TASK.toString(), null);
                var stomp = RawStompClient.connect(port, LiveServerTest.TOKEN)) {
            stomp.send("SUBSCRIBE\nid:a\ndestination:/topic/events\n\n\0");
            await().until(() -> feed.count(Transport.SSE) == 1 && feed.count(Transport.STOMP) == 1);

            long start = System.nanoTime();
            application.close();

            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
            assertThat(sse.rest()).hasSize(1);
            assertThat(stomp.closed).succeedsWithin(Duration.ofSeconds(5)).isEqualTo(1001);
            assertThat(feed.count(Transport.SSE) + feed.count(Transport.STOMP)).isZero();
        } finally {
            application.close();
        }
    }

    private static void append(Transactions transactions, EventLog log) {
        transactions.writing(() -> log.append(
                LiveServerTest.task(TASK),
                EventType.TASK_STATE,
                new JsonMapper().createObjectNode().put("state", "QUEUED")));
    }
}

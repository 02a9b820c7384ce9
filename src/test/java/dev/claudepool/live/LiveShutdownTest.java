package dev.claudepool.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.claudepool.event.EventLog;
import dev.claudepool.event.EventType;
import dev.claudepool.event.TestingEventData;
import dev.claudepool.live.Pump.Transport;
import dev.claudepool.stomp.RawStompClient;
import dev.claudepool.store.Transactions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.json.JsonMapper;

class LiveShutdownTest {

    private static final UUID TASK = UUID.fromString("01920000-0000-7000-8000-00000000abcd");

    private ConfigurableApplicationContext application;
    private LiveFeed feed;
    private int port;

    @BeforeEach
    void start(@TempDir Path dataDir) {
        application = new SpringApplicationBuilder(TestingLiveApplication.class)
                .run(
                        "--server.port=0",
                        "--claude-pool.data-dir=" + dataDir,
                        "--claude-pool.live.send-timeout=20s",
                        "--claude-pool.security.token=" + LiveServerTest.TOKEN);
        port = application.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
        feed = application.getBean(LiveFeed.class);
        append(EventType.TASK_STATE, "state", "QUEUED");
    }

    @AfterEach
    void stop() {
        application.close();
    }

    @Test
    void openConnectionsDoNotHoldUpTheShutdown() throws Exception {
        try (var sse = SseClient.ofTask(port, TASK.toString(), null);
                var stomp = RawStompClient.connect(port, LiveServerTest.TOKEN)) {
            stomp.send("SUBSCRIBE\nid:a\ndestination:/topic/events\n\n\0");
            awaitSubscribers(1, 1);

            assertThat(shutdown()).isLessThan(Duration.ofSeconds(20));

            assertThat(sse.rest()).hasSize(1);
            assertThat(stomp.closed).succeedsWithin(Duration.ofSeconds(20)).isEqualTo(1001);
            awaitSubscribers(0, 0);
        }
    }

    @Test
    void aWebSocketThatNeverReadsDoesNotHoldUpTheShutdown() throws Exception {
        try (var stuck = RawStompClient.openWithoutReading(port)) {
            stuck.send("CONNECT\naccept-version:1.2\nheart-beat:0,0\npasscode:" + LiveServerTest.TOKEN + "\n\n\0");
            stuck.send("SUBSCRIBE\nid:a\ndestination:/topic/events\nlast-seq:0\n\n\0");
            awaitSubscribers(0, 1);
            for (int i = 0; i < 6; i++) {
                append(EventType.TASK_TEXT, "text", "x".repeat(4_000_000));
            }

            assertThat(shutdown()).isLessThan(Duration.ofSeconds(30));

            awaitSubscribers(0, 0);
        }
    }

    private Duration shutdown() {
        long start = System.nanoTime();
        application.close();
        return Duration.ofNanos(System.nanoTime() - start);
    }

    private void awaitSubscribers(long sse, long stomp) {
        await().until(() -> feed.count(Transport.SSE) == sse && feed.count(Transport.STOMP) == stomp);
    }

    private void append(EventType type, String name, String value) {
        EventLog log = application.getBean(EventLog.class);
        application
                .getBean(Transactions.class)
                .writing(() -> log.append(
                        LiveServerTest.task(TASK),
                        new TestingEventData(
                                type, new JsonMapper().createObjectNode().put(name, value))));
    }
}

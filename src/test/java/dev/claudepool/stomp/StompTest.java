package dev.claudepool.stomp;

import static dev.claudepool.stomp.TestingStompClient.seqs;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.claudepool.event.EventLog.Subject;
import dev.claudepool.event.EventType;
import dev.claudepool.live.LiveServerTest;
import dev.claudepool.live.Pump.Transport;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.test.context.TestPropertySource;
import tools.jackson.databind.JsonNode;

@TestPropertySource(properties = "claude-pool.live.max-subscriptions=3")
class StompTest extends LiveServerTest {

    @Test
    void aSubscriberSeesWhatHappensFromNowOn() throws Exception {
        UUID task = ids.next();
        state(task, "QUEUED");
        try (var client = TestingStompClient.connect(port, TOKEN)) {
            BlockingQueue<JsonNode> events = client.subscribe("/topic/events", null);

            text(task, "hello");

            JsonNode event = events.poll(10, SECONDS);
            assertThat(event).isNotNull();
            assertThat(event.propertyNames())
                    .containsExactly("seq", "type", "at", "taskId", "chainId", "fanOutId", "slotId", "data");
            assertThat(event.get("type").asString()).isEqualTo("task.text");
            assertThat(event.get("taskId").asString()).isEqualTo(task.toString());
            assertThat(event.get("at").asString()).endsWith("Z");
            assertThat(event.get("data").get("text").asString()).isEqualTo("hello");
        }
    }

    @Test
    void reconnectingWithLastSeqMissesNothingAndRepeatsNothingWhileEventsAreWritten() throws Exception {
        int total = 1_500;
        UUID task = ids.next();
        long before = log.lastSeq();
        Thread writer = Thread.startVirtualThread(() -> {
            for (int i = 0; i < total; i++) {
                text(task, "event " + i);
            }
        });
        List<Long> received = new ArrayList<>();
        long cursor = before;
        int connections = 0;
        while (received.size() < total) {
            try (var client = TestingStompClient.connect(port, TOKEN)) {
                BlockingQueue<JsonNode> events = client.subscribe("/topic/tasks/" + task, cursor);
                int wanted = Math.min(200, total - received.size());
                await().until(() -> events.size() >= wanted);
                received.addAll(seqs(events)); // what is still on its way is lost with the connection
                cursor = received.getLast();
                connections++;
            }
        }
        writer.join();
        assertThat(received)
                .containsExactlyElementsOf(LongStream.rangeClosed(before + 1, before + total)
                        .boxed()
                        .toList());
        assertThat(connections).isGreaterThan(1);
    }

    @Test
    void eachTopicHasItsOwnEventsAndOnlyATasksTopicHasDeltas() throws Exception {
        UUID task = ids.next();
        UUID chain = ids.next();
        UUID fanOut = ids.next();
        try (var client = TestingStompClient.connect(port, TOKEN);
                var second = TestingStompClient.connect(port, TOKEN)) {
            var ofTask = client.subscribe("/topic/tasks/" + task, null);
            var ofChain = client.subscribe("/topic/chains/" + chain, null);
            var all = client.subscribe("/topic/events", null);
            var ofFanOut = second.subscribe("/topic/fan-outs/" + fanOut, null);
            var ofPool = second.subscribe("/topic/pool", null);

            delta(task, "hel");
            text(task, "hello");
            append(new Subject(null, chain, null, null, List.of()), EventType.CHAIN_STATE, "state", "RUNNING");
            append(new Subject(null, null, fanOut, null, List.of()), EventType.FAN_OUT_STATE, "state", "RUNNING");
            append(Subject.slot("slot-1"), EventType.SLOT_STATE, "state", "IDLE");

            await().untilAsserted(() -> {
                assertThat(types(all)).containsExactly("task.text", "chain.state", "fanout.state", "slot.state");
                assertThat(types(ofTask)).containsExactly("task.delta", "task.text");
                assertThat(types(ofChain)).containsExactly("chain.state");
                assertThat(types(ofFanOut)).containsExactly("fanout.state");
                assertThat(types(ofPool)).containsExactly("slot.state");
            });
            assertThat(ofTask.element().get("seq").isNull()).isTrue();
        }
    }

    @Test
    void messagesOfOneConnectionHaveIdsOfTheirOwn() throws Exception {
        UUID task = ids.next();
        try (var client = RawStompClient.connect(port, TOKEN)) {
            client.send("SUBSCRIBE\nid:a\ndestination:/topic/events\nreceipt:r\n\n\0");
            assertThat(client.frame()).startsWith("RECEIPT").contains("receipt-id:r");

            text(task, "one");
            text(task, "two");

            var messageIds = new HashSet<String>();
            for (int i = 0; i < 2; i++) {
                String frame = client.frame();
                assertThat(frame)
                        .startsWith("MESSAGE\n")
                        .contains("subscription:a\n", "destination:/topic/events\n", "content-type:application/json");
                messageIds.add(frame.lines()
                        .filter(line -> line.startsWith("message-id:"))
                        .findFirst()
                        .orElseThrow());
            }
            assertThat(messageIds).hasSize(2);
        }
    }

    @Test
    void aClientNeedNotWaitForConnected() throws Exception {
        UUID task = ids.next();
        long before = log.lastSeq();
        text(task, "hello");
        try (var client = RawStompClient.open(port)) {
            client.send("CONNECT\naccept-version:1.2\npasscode:" + TOKEN + "\n\n\0");
            client.send("SUBSCRIBE\nid:a\ndestination:/topic/events\nlast-seq:" + before + "\n\n\0");

            assertThat(client.frame()).startsWith("CONNECTED");
            assertThat(client.frame()).startsWith("MESSAGE").contains("hello");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "Authorization, Bearer wrong",
        "Authorization, live-test-token-0123456789abcdef",
        "passcode, wrong",
        "other, x"
    })
    void withoutAValidTokenThereIsNoConnection(String header, String value) throws Exception {
        try (var client = TestingStompClient.connecting(port, header, value)) {
            assertThat(client.errors.poll(10, SECONDS)).startsWith("CONNECT needs a valid token");
            assertThat(client.lost).succeedsWithin(10, SECONDS);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SUBSCRIBE\nid:a\ndestination:/topic/events\n\n\0",
                "SEND\ndestination:/topic/events\n\nx\0",
                "\n"
            })
    void nothingIsAcceptedBeforeConnect(String frame) throws Exception {
        try (var client = RawStompClient.open(port)) {
            client.send(frame);

            assertThat(client.frame()).startsWith("ERROR").contains("CONNECT comes once, and first");
            assertThat(client.closed).succeedsWithin(10, SECONDS);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    SEND%ndestination:/topic/events%n%n{}      | SEND is not accepted
                    SEND%ndestination:/app/x%n%n{}             | SEND is not accepted
                    BEGIN%ntransaction:t%n%n                   | BEGIN is not accepted
                    CONNECT%naccept-version:1.2%n%n            | once, and first
                    SUBSCRIBE%nid:a%ndestination:/topic/x%n%n  | no such destination
                    SUBSCRIBE%nid:a%ndestination:/queue/events%n%n        | no such destination
                    SUBSCRIBE%nid:a%ndestination:/topic/tasks/1-1-1-1-1%n%n | no such destination
                    SUBSCRIBE%nid:a%ndestination:/user/topic/events%n%n   | no such destination
                    SUBSCRIBE%nid:a%n%n                        | header destination is missing
                    SUBSCRIBE%ndestination:/topic/events%n%n   | header id is missing
                    SUBSCRIBE%nid:a%ndestination:/topic/events%nlast-seq:-1%n%n      | last-seq must be
                    SUBSCRIBE%nid:a%ndestination:/topic/events%nlast-seq:x%n%n       | last-seq must be
                    SUBSCRIBE%nid:a%ndestination:/topic/events%nlast-seq:999999%n%n  | beyond the newest event
                    UNSUBSCRIBE%n%n                            | header id is missing
                    NONSENSE%n%n                               | not a valid STOMP frame
                    """)
    void aBadFrameIsAnsweredWithAnErrorAndTheEnd(String frame, String message) throws Exception {
        try (var client = RawStompClient.connect(port, TOKEN)) {
            client.send(frame.replace("%n", "\n") + "\0");

            assertThat(client.frame()).startsWith("ERROR").contains(message).doesNotContain(TOKEN, "springframework");
            assertThat(client.closed).succeedsWithin(10, SECONDS);
        }
    }

    @Test
    void anOversizedFrameEndsTheConnection() throws Exception {
        try (var client = RawStompClient.connect(port, TOKEN)) {
            client.send("SUBSCRIBE\nid:" + "a".repeat(100_000) + "\ndestination:/topic/events\n\n\0");

            assertThat(client.closed).succeedsWithin(10, SECONDS);
        }
    }

    @Test
    void subscriptionsOfOneConnectionAreLimited() throws Exception {
        try (var client = TestingStompClient.connect(port, TOKEN)) {
            for (int i = 0; i < 3; i++) {
                client.subscribe("/topic/events", null);
            }

            client.session().subscribe("/topic/events", TestingStompClient.into(new LinkedBlockingQueue<>()));

            assertThat(client.errors.poll(10, SECONDS)).contains("3 subscriptions");
        }
    }

    @Test
    void anUnsubscribedTopicIsSilentAndItsIdMayBeUsedAgain() throws Exception {
        UUID task = ids.next();
        try (var client = RawStompClient.connect(port, TOKEN)) {
            client.send("SUBSCRIBE\nid:a\ndestination:/topic/events\nreceipt:1\n\n\0");
            assertThat(client.frame()).startsWith("RECEIPT");
            client.send(
                    "SUBSCRIBE\nid:a\ndestination:/topic/pool\nreceipt:1\n\n\0".replace("SUBSCRIBE", "UNSUBSCRIBE"));
            assertThat(client.frame()).startsWith("RECEIPT");
            text(task, "unheard");
            client.send("SUBSCRIBE\nid:a\ndestination:/topic/events\nreceipt:2\n\n\0");
            assertThat(client.frame()).startsWith("RECEIPT");

            text(task, "heard");

            assertThat(client.frame()).startsWith("MESSAGE").contains("\"heard\"");
        }
    }

    @Test
    void pumpsEndWithTheConnection() throws Exception {
        await().until(() -> feed.count(Transport.STOMP) == 0);
        var client = TestingStompClient.connect(port, TOKEN);
        client.subscribe("/topic/events", null);
        client.subscribe("/topic/pool", null);
        assertThat(feed.count(Transport.STOMP)).isEqualTo(2);
        assertThat(subscribersGauge()).isEqualTo(2);

        client.close();

        await().untilAsserted(() -> assertThat(feed.count(Transport.STOMP)).isZero());
        assertThat(subscribersGauge()).isZero();
    }

    private double subscribersGauge() {
        return meters.get("claude.pool.live.subscribers")
                .tag("transport", "stomp")
                .gauge()
                .value();
    }

    private static List<String> types(BlockingQueue<JsonNode> events) {
        return events.stream().map(event -> event.get("type").asString()).toList();
    }
}

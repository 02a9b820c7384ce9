package dev.claudepool.live;

import static java.util.stream.IntStream.range;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.claudepool.event.Event;
import dev.claudepool.event.EventFilter;
import dev.claudepool.event.EventType;
import dev.claudepool.event.TestingEventData;
import dev.claudepool.live.Pump.Transport;
import java.io.IOException;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;

class PumpTest extends LiveServerTest {

    @Autowired
    JdbcClient jdbc;

    private final TestingSink sink = new TestingSink();
    private final CopyOnWriteArrayList<Pump> pumps = new CopyOnWriteArrayList<>();

    @AfterEach
    void endPumps() {
        pumps.forEach(Pump::close);
        sink.unblock();
        await().until(() -> feed.count(Transport.STOMP) == 0);
    }

    @Test
    void aSlowSubscriberGetsEveryStoredEventOnceAndInOrder() {
        UUID task = ids.next();
        int total = 3 * Inbox.MAX_STORED;
        open(new EventFilter.OfTask(task), 0);
        for (int i = 0; i < total; i++) {
            text(task, "t" + i);
            sink.permits.release(i % 2); // half as fast
        }
        sink.unblock();

        await().untilAsserted(() -> assertThat(sink.texts())
                .containsExactlyElementsOf(
                        range(0, total).mapToObj(i -> "t" + i).toList()));
    }

    @Test
    void deltasKeepTheirPlaceBetweenStoredEvents() {
        UUID task = ids.next();
        openLive(task);

        delta(task, "a");
        delta(task, "ab");
        text(task, "abc");
        delta(task, "d");
        text(task, "def");

        await().untilAsserted(() -> assertThat(sink.texts()).containsExactly("a", "ab", "abc", "d", "def"));
    }

    @Test
    void aSlowSubscriberLosesTheOldestDeltasAndTheyAreCounted() {
        UUID task = ids.next();
        openLive(task);
        double before = dropped();
        blockOn(task);

        for (int i = 0; i < Inbox.MAX_DELTAS + 3; i++) {
            delta(task, "d" + i);
        }
        text(task, "done");
        sink.unblock();

        await().until(() -> sink.texts().contains("done"));
        assertThat(sink.texts()).hasSize(1 + Inbox.MAX_DELTAS + 1).startsWith("blocks", "d3", "d4");
        assertThat(dropped() - before).isEqualTo(3);
    }

    @Test
    void noDeltaComesAfterTheFinishedTextThatContainsIt() {
        UUID task = ids.next();
        openLive(task);
        blockOn(task);

        delta(task, "stale");
        transactions.writing(() -> {
            for (int i = 0; i <= Inbox.MAX_STORED; i++) {
                log.append(task(task), new TestingEventData(EventType.TASK_TEXT, data("text", "overflows " + i)));
            }
        });
        delta(task, "stale");
        text(task, "last");
        sink.unblock();

        await().until(() -> sink.texts().contains("last"));
        await().until(() -> {
            delta(task, "fresh");
            return sink.texts().contains("fresh");
        });
        assertThat(sink.texts()).doesNotContain("stale");
    }

    @Test
    void missedEventsComeWithTheNextEvent() {
        UUID task = ids.next();
        openLive(task);

        insertAsAnotherNode(task, "one");
        insertAsAnotherNode(task, "two");
        text(task, "three");

        await().untilAsserted(() -> assertThat(sink.texts()).containsExactly("one", "two", "three"));
    }

    private void insertAsAnotherNode(UUID task, String text) {
        jdbc.sql("insert into event (type, at, task_id, data) values ('task.text', 0, :task, :data)")
                .param("task", task.toString())
                .param("data", data("text", text).toString())
                .update();
    }

    private void openLive(UUID task) {
        sink.unblock();
        open(new EventFilter.OfTask(task), log.lastSeq());
        await().until(() -> {
            delta(task, "probe");
            return sink.sawProbe();
        });
    }

    private void blockOn(UUID task) {
        sink.permits.drainPermits();
        text(task, "blocks");
        await().until(sink.permits::hasQueuedThreads);
    }

    private double dropped() {
        return meters.get("claude.pool.live.deltas.dropped").counter().count();
    }

    private void open(EventFilter filter, long after) {
        Pump pump = feed.open(Transport.STOMP, filter, after, sink);
        pumps.add(pump);
        Thread.ofVirtual().start(() -> {
            try {
                pump.run();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
    }

    /** Takes as many events as it has permits, and blocks. */
    private static class TestingSink implements Sink {

        final Semaphore permits = new Semaphore(0);
        private final List<Event> events = new CopyOnWriteArrayList<>();

        @Override
        public boolean send(Event event) {
            permits.acquireUninterruptibly();
            events.add(event);
            return true;
        }

        @Override
        public void idle() {}

        void unblock() {
            permits.release(1_000_000);
        }

        boolean sawProbe() {
            return allTexts().contains("probe");
        }

        List<String> texts() {
            return allTexts().stream().filter(text -> !text.equals("probe")).toList();
        }

        private List<String> allTexts() {
            return events.stream()
                    .map(event -> event.data().path("text").asString(""))
                    .toList();
        }
    }
}

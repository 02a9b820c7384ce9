package dev.claudepool.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.claudepool.event.EventLog.Registration;
import dev.claudepool.event.EventLog.Subject;
import dev.claudepool.store.RetentionProperties;
import dev.claudepool.store.TestDatabase;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.node.ObjectNode;

/** What every engine owes to the log of events. */
abstract class EventLogContract {

    private static final EventFilter ALL = new EventFilter.All();
    private static final Subject TASK =
            new Subject(new UUID(0, 1), new UUID(0, 2), new UUID(0, 3), "slot-0", List.of("nightly", "slow"));

    private static final Duration KEPT = Duration.ofDays(7);

    @AutoClose
    final TestDatabase database;

    private final EventLog log;

    EventLogContract(TestDatabase database) {
        this.database = database;
        this.log = TestingEventLog.of(database);
    }

    @Test
    void isEmptyAtFirst() {
        assertThat(log.lastSeq()).isZero();
        assertThat(log.readAfter(0, ALL, 10)).isEmpty();
    }

    @Test
    void longTextsAreReadFewAtATime() {
        String text = "x".repeat(64 * 1024);
        IntStream.range(0, 20).forEach(_ -> log.append(TASK, new TestingEventData(EventType.TASK_TEXT, data(text))));

        List<Event> read = new ArrayList<>();
        EventBatch some = log.readSomeAfter(0, ALL);
        while (!some.events().isEmpty()) {
            assertThat(some.events()).hasSizeLessThanOrEqualTo(4);
            read.addAll(some.events());
            some = log.readSomeAfter(some.upTo(), ALL);
        }

        assertThat(read).isEqualTo(log.readAfter(0, ALL, 100)).hasSize(20);
    }

    @Test
    void givesBackWhatWasAppended() {
        ObjectNode data = data("line\r\nbreak \u0000 \ud83d\ude00 \"quoted\"").put("spentUsd", new BigDecimal("0.07"));

        log.append(TASK, new TestingEventData(EventType.TASK_TEXT, data));

        assertThat(log.readAfter(0, ALL, 10))
                .containsExactly(new Event(
                        log.lastSeq(),
                        EventType.TASK_TEXT,
                        database.clock().instant(),
                        TASK.taskId(),
                        TASK.chainId(),
                        TASK.fanOutId(),
                        "slot-0",
                        TASK.tags(),
                        data));
    }

    @Test
    void keepsEveryTypeThatIsStored() {
        List<EventType> stored =
                Stream.of(EventType.values()).filter(EventType::isStored).toList();
        stored.forEach(type -> log.append(Subject.POOL, new TestingEventData(type, data(type.name()))));

        assertThat(log.readAfter(0, ALL, 100)).extracting(Event::type).containsExactlyElementsOf(stored);
    }

    @Test
    void readsOnFromANumberUpToALimit() {
        IntStream.range(0, 5).forEach(i -> append("event " + i));
        long second = seq(log.readAfter(0, ALL, 2).getLast());

        assertThat(log.readAfter(second, ALL, 2)).map(EventLogContract::text).containsExactly("event 2", "event 3");
        assertThat(log.readAfter(log.lastSeq(), ALL, 2)).isEmpty();
    }

    @Test
    void filtersByWhatEventsAreAbout() {
        appendSomeOfAll();

        assertThat(textsOf(new EventFilter.OfTask(new UUID(0, 1)))).containsExactly("task");
        assertThat(textsOf(new EventFilter.OfChain(new UUID(0, 2)))).containsExactly("task", "chain");
        assertThat(textsOf(new EventFilter.OfFanOut(new UUID(0, 3)))).containsExactly("task", "fan-out");
        assertThat(textsOf(new EventFilter.OfPool())).containsExactly("slot", "pool", "budget");
        assertThat(textsOf(ALL)).hasSize(7);
    }

    @Test
    void everyFilterMatchesJustWhatItReads() {
        appendSomeOfAll();
        List<EventFilter> filters = List.of(
                ALL,
                new EventFilter.OfTask(new UUID(0, 1)),
                new EventFilter.OfChain(new UUID(0, 2)),
                new EventFilter.OfFanOut(new UUID(0, 3)),
                new EventFilter.OfPool(),
                selected(List.of(), "slow"),
                selected(List.of(), "slow", "nightly"),
                selected(List.of(EventType.CHAIN_STATE, EventType.TASK_STATE)),
                selected(List.of(EventType.CHAIN_STATE), "slow"));

        for (EventFilter filter : filters) {
            assertThat(log.readAfter(0, ALL, 100).stream().filter(filter::matches))
                    .as("%s", filter)
                    .containsExactlyElementsOf(log.readAfter(0, filter, 100));
        }
    }

    @Test
    void selectsByTypeAndTag() {
        appendSomeOfAll();

        assertThat(textsOf(selected(List.of(EventType.SLOT_STATE, EventType.TASK_STATE))))
                .containsExactly("task", "other task", "slot");
        assertThat(textsOf(selected(List.of(), "slow"))).containsExactly("task", "chain");
        assertThat(textsOf(selected(List.of(), "slow", "nightly"))).containsExactly("task");
        assertThat(textsOf(selected(List.of(), "low"))).isEmpty();
    }

    @Test
    void aReaderOfRareEventsGetsOnInBoundedSteps() {
        int total = 4_500;
        database.transactions().writing(() -> IntStream.range(0, total).forEach(i -> append("event " + i)));
        log.append(Subject.POOL, new TestingEventData(EventType.POOL_STATE, data("rare")));
        EventFilter rare = selected(List.of(EventType.POOL_STATE));

        List<EventBatch> batches = new ArrayList<>();
        long cursor = 0;
        for (EventBatch batch = log.readSomeAfter(0, rare);
                batch.upTo() > cursor;
                batch = log.readSomeAfter(cursor, rare)) {
            batches.add(batch);
            cursor = batch.upTo();
        }

        assertThat(batches).hasSize(3);
        assertThat(batches.stream().flatMap(batch -> batch.events().stream()))
                .singleElement()
                .satisfies(event -> assertThat(text(event)).isEqualTo("rare"));
        assertThat(cursor).isEqualTo(log.lastSeq());
    }

    @Test
    void aFullBatchEndsWithItsLastEvent() {
        IntStream.range(0, 5).forEach(i -> append("event " + i));

        EventBatch batch = log.readSomeAfter(0, selected(List.of(EventType.TASK_TEXT)), 2);

        assertThat(batch.events()).hasSize(2);
        assertThat(batch.upTo()).isEqualTo(seq(batch.events().getLast()));
    }

    @Test
    void neitherShowsNorPublishesWhatWasRolledBack() {
        List<Event> told = new ArrayList<>();
        append("kept");
        try (Registration _ = log.listen((event, _) -> told.add(event))) {
            assertThatThrownBy(() -> database.transactions().writing(() -> {
                        append("rolled back");
                        throw new IllegalArgumentException("no");
                    }))
                    .isInstanceOf(IllegalArgumentException.class);
            append("after it");
        }

        assertThat(told).map(EventLogContract::text).containsExactly("after it");
        assertThat(textsOf(ALL)).containsExactly("kept", "after it");
    }

    @Test
    void publishesNothingBeforeTheCommit() {
        List<Event> told = new ArrayList<>();
        try (Registration _ = log.listen((event, _) -> told.add(event))) {
            database.transactions().writing(() -> {
                append("first");
                append("second");
                assertThat(told).isEmpty();
            });
        }

        assertThat(told).isEqualTo(log.readAfter(0, ALL, 10)).hasSize(2);
    }

    @Test
    void aListenerInTroubleTroublesNobodyElse() {
        List<Event> told = new ArrayList<>();
        try (Registration _ = log.listen((_, _) -> {
                    throw new IllegalStateException("trouble");
                });
                Registration _ = log.listen((event, _) -> told.add(event))) {
            append("first");
            append("second");
        }

        assertThat(told).hasSize(2);
    }

    @Test
    void callsNoListenerThatHasLeft() {
        List<Event> told = new ArrayList<>();
        log.listen((event, _) -> told.add(event)).close();

        append("unheard");

        assertThat(told).isEmpty();
    }

    @Test
    void publishesButDoesNotStoreUnstoredEvents() {
        List<Event> told = new ArrayList<>();
        try (Registration _ = log.listen((event, _) -> told.add(event))) {
            log.publishUnstored(TASK, new TestingEventData(EventType.TASK_DELTA, data("par")));
        }

        assertThat(told)
                .singleElement()
                .satisfies(event -> assertThat(event.seq()).isNull());
        assertThat(log.lastSeq()).isZero();
    }

    @Test
    void oldEventsGoButNotThoseOfTheStatesOfTasksAndFlowsNorTheNewest() {
        appendSomeOfAll();
        database.clock().advance(KEPT);
        assertThat(expireAll()).isZero();
        append("young");
        database.clock().advance(Duration.ofMillis(1));

        assertThat(expireAll()).isEqualTo(3);
        assertThat(textsOf(ALL)).containsExactly("task", "other task", "chain", "fan-out", "young");

        database.clock().advance(KEPT);
        long newest = log.lastSeq();
        assertThat(expireAll()).isZero();
        assertThat(log.lastSeq()).isEqualTo(newest);
    }

    @Test
    void oldEventsGoInParts() {
        IntStream.range(0, 1_201).forEach(i -> append("event " + i));
        database.clock().advance(KEPT.plusMillis(1));

        int once = expiry(KEPT).expire(database.clock().instant());

        assertThat(once).isBetween(1, 1_199);
        assertThat(expireAll()).isEqualTo(1_200 - once);
        assertThat(textsOf(ALL)).containsExactly("event 1200");
    }

    @Test
    void withoutARetentionNoEventGoes() {
        appendSomeOfAll();
        database.clock().advance(Duration.ofDays(10_000));

        assertThat(expiry(Duration.ZERO).expire(database.clock().instant())).isZero();
    }

    @Test
    void theEventsOfATaskGoWithIt() {
        append("of the task");
        log.append(TASK, new TestingEventData(EventType.TASK_STATE, data("its end")));
        log.append(
                new Subject(new UUID(9, 9), null, null, null, List.of()),
                new TestingEventData(EventType.TASK_STATE, data("of another")));
        log.append(Subject.POOL, new TestingEventData(EventType.POOL_STATE, data("of the pool")));

        log.forget(new EventFilter.OfTask(new UUID(0, 1)));
        log.forget(new EventFilter.OfTask(new UUID(5, 5)));

        assertThat(textsOf(ALL)).containsExactly("of another", "of the pool");
    }

    @Test
    void aNumberIsNeverUsedAgain() {
        append("old");
        append("newest");
        long newest = log.lastSeq();
        database.clock().advance(KEPT.plusMillis(1));
        expireAll();
        log.forget(new EventFilter.OfTask(new UUID(0, 1)));

        assertThat(log.lastSeq()).isEqualTo(newest);
        append("next");

        assertThat(log.lastSeq()).isEqualTo(newest + 1);
        assertThat(log.readAfter(1, ALL, 10)).as("a reader from before").hasSize(2);
    }

    /** Some of the writers' transactions are rolled back, so that numbers are drawn in vain. */
    @Test
    @Timeout(60)
    void aReaderSeesEveryEventOnceAndInOrderWhileOthersCommit() throws Exception {
        int writers = 8;
        int each = 40;
        List<Event> told = Collections.synchronizedList(new ArrayList<>());
        List<Event> read = new ArrayList<>();
        CountDownLatch start = new CountDownLatch(1);
        List<Future<?>> written = new ArrayList<>();
        try (Registration _ = log.listen((event, _) -> told.add(event));
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int writer = 0; writer < writers; writer++) {
                String name = "writer " + writer + " ";
                written.add(threads.submit(() -> {
                    start.await();
                    for (int i = 0; i < each; i++) {
                        write(name + i, i % 4 == 3);
                    }
                    return name;
                }));
            }
            start.countDown();
            boolean more = true;
            while (more) {
                more = !written.stream().allMatch(Future::isDone);
                List<Event> next = log.readAfter(read.isEmpty() ? 0 : seq(read.getLast()), ALL, 7);
                read.addAll(next);
                more |= !next.isEmpty();
            }
            for (Future<?> writer : written) {
                writer.get();
            }
        }

        assertThat(read).hasSize(writers * each * 3 / 4 * 2);
        assertThat(read).extracting(Event::seq).isSorted().doesNotHaveDuplicates();
        assertThat(read).noneMatch(event -> text(event).endsWith("in vain"));
        assertThat(told).as("in commit order").isEqualTo(read);
        for (int i = 0; i < read.size(); i += 2) {
            assertThat(text(read.get(i + 1)))
                    .as("the events of a transaction stay together")
                    .isEqualTo(text(read.get(i)) + " again");
        }
    }

    private int expireAll() {
        int all = 0;
        for (int some = 1; some > 0; all += some) {
            some = expiry(KEPT).expire(database.clock().instant());
        }
        return all;
    }

    private EventExpiry expiry(Duration kept) {
        return new EventExpiry(
                new EventStore(database.jdbc(), database.json()),
                database.transactions(),
                new RetentionProperties(Duration.ZERO, kept));
    }

    private void appendSomeOfAll() {
        log.append(TASK, new TestingEventData(EventType.TASK_STATE, data("task")));
        log.append(
                new Subject(new UUID(9, 9), null, null, null, List.of()),
                new TestingEventData(EventType.TASK_STATE, data("other task")));
        log.append(
                new Subject(null, TASK.chainId(), null, null, List.of("slow")),
                new TestingEventData(EventType.CHAIN_STATE, data("chain")));
        log.append(
                new Subject(null, null, TASK.fanOutId(), null, List.of("slow-er")),
                new TestingEventData(EventType.FAN_OUT_STATE, data("fan-out")));
        log.append(Subject.slot("slot-0"), new TestingEventData(EventType.SLOT_STATE, data("slot")));
        log.append(Subject.POOL, new TestingEventData(EventType.POOL_STATE, data("pool")));
        log.append(Subject.POOL, new TestingEventData(EventType.BUDGET_CHANGED, data("budget")));
    }

    private void write(String text, boolean inVain) {
        try {
            database.transactions().writing(() -> {
                append(inVain ? text + " in vain" : text);
                if (inVain) {
                    throw new IllegalArgumentException("no");
                }
                append(text + " again");
            });
        } catch (IllegalArgumentException e) {
            assertThat(inVain).isTrue();
        }
    }

    private void append(String text) {
        log.append(TASK, new TestingEventData(EventType.TASK_TEXT, data(text)));
    }

    private ObjectNode data(String text) {
        return database.json().createObjectNode().put("text", text);
    }

    private static EventFilter selected(List<EventType> types, String... tags) {
        return new EventFilter.Selected(Set.copyOf(types), List.of(tags), false);
    }

    private List<String> textsOf(EventFilter filter) {
        return log.readAfter(0, filter, 100).stream()
                .map(EventLogContract::text)
                .toList();
    }

    private static long seq(Event stored) {
        return Objects.requireNonNull(stored.seq());
    }

    private static String text(Event event) {
        return event.data().path("text").asString();
    }
}

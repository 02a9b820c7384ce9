package dev.claudepool.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.claudepool.claude.FailureCode;
import dev.claudepool.event.Event;
import dev.claudepool.event.EventFilter;
import dev.claudepool.event.EventType;
import dev.claudepool.store.ManualScheduler;
import dev.claudepool.store.SqliteTestDatabase;
import dev.claudepool.store.TestDatabase;
import dev.claudepool.task.Task;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Why tasks wait, and the events that tell. */
class WaitsTest {

    @AutoClose
    final TestDatabase database = new SqliteTestDatabase();

    private final FakePool pool = new FakePool(database, 0, "10");
    private final Waits waits = new Waits(
            pool.tasks.queue.pause,
            pool.tasks.queue.survey,
            pool.tasks.store,
            pool.tasks.budget.reservations,
            pool.slots,
            pool.attempts,
            database.monotonicClock());
    private final WaitingEvents events = new WaitingEvents(
            pool.tasks.queue.survey,
            pool.tasks.queue.pause,
            waits,
            pool.tasks.log,
            database.transactions(),
            new ManualScheduler(database.clock()));

    @Test
    void aTaskWaitsForASlot() throws InterruptedException {
        pool.idle(1);
        var _ = pool.held("long");
        Task first = pool.queued("first");
        Task second = pool.queued("second");

        assertThat(waiting(first))
                .isEqualTo(new Waiting(WaitingReason.SLOT, first.createdAt(), null, 1, "No slot is idle."));
        assertThat(waiting(second).position()).isEqualTo(2);
        assertThat(waits.now().counts()).isEqualTo(Map.of(WaitingReason.SLOT, 2));
    }

    @Test
    void aRunningTaskWaitsForNothing() throws InterruptedException {
        pool.idle(1);

        assertThat(waits.now().of(pool.now(pool.held("long")))).isNull();
    }

    @Test
    void aTaskThatAsksForASlotIsToldSo() throws InterruptedException {
        pool.idle(1);
        var _ = pool.held("long");

        assertThat(waiting(pool.queued("other", "slot", "slot-0")).detail()).isEqualTo("Slot slot-0 is not idle.");
    }

    @Test
    void aPausedQueueSaysWhoPausedItAndSinceWhen() {
        Task before = pool.queued("before");
        database.clock().advance(Duration.ofSeconds(5));
        Instant pausedAt = database.clock().instant();
        pool.tasks.queue.pause.pause();
        database.clock().advance(Duration.ofSeconds(5));
        Task after = pool.queued("after");

        assertThat(waiting(before))
                .isEqualTo(new Waiting(WaitingReason.PAUSED, pausedAt, null, 1, "An operator has paused the pool."));
        assertThat(waiting(after).since()).isEqualTo(after.createdAt());
        assertThat(waits.now().counts()).isEqualTo(Map.of(WaitingReason.PAUSED, 2));
    }

    @Test
    void aLimitOfTheProviderSaysUntilWhen() {
        Task task = pool.queued("limited");
        Instant until = database.monotonicClock().after(Duration.ofMinutes(3));
        pool.tasks.queue.pause.pauseUntil(until, FailureCode.RATE_LIMITED);

        assertThat(waiting(task).until()).isEqualTo(until);
        assertThat(waiting(task).detail()).contains("rate-limited");
    }

    @Test
    void aTaskThatMayNotStartYetSaysUntilWhen() {
        Instant later = database.clock().instant().plus(Duration.ofHours(1));
        Task task = pool.queued("later", "notBefore", later.toString());

        assertThat(waiting(task).reason()).isEqualTo(WaitingReason.NOT_BEFORE);
        assertThat(waiting(task).until()).isEqualTo(later);
        assertThat(waits.now().counts()).isEqualTo(Map.of(WaitingReason.NOT_BEFORE, 1));
    }

    @Test
    void aFollowUpWaitsForTheTaskBeforeIt() throws InterruptedException {
        pool.idle(2);
        Task first = pool.held("first");
        Task second = pool.queued("second", "session", first.id().toString());

        assertThat(waiting(second).reason()).isEqualTo(WaitingReason.FOLLOWED_TASK);
        assertThat(waiting(second).detail()).contains(first.id().toString());
        assertThat(waits.now().counts()).isEqualTo(Map.of(WaitingReason.FOLLOWED_TASK, 1));
    }

    @Test
    void aTaskWaitsForMoneyAndThoseBehindItDo() throws InterruptedException {
        pool.idle(3);
        var _ = pool.queued("dear", "maxBudgetUsd", 8);
        pool.cli.hold("dear");
        pool.dispatcher.dispatch();
        Task first = pool.queued("first", "maxBudgetUsd", 5);
        Task second = pool.queued("second", "maxBudgetUsd", 1);

        assertThat(waiting(first).reason()).isEqualTo(WaitingReason.BUDGET);
        assertThat(waiting(second).reason()).isEqualTo(WaitingReason.BUDGET);
        assertThat(waiting(second).detail()).contains("first task in the queue");
        assertThat(waits.now().counts()).isEqualTo(Map.of(WaitingReason.BUDGET, 2));
    }

    @Test
    void aChangeOfTheReasonIsPublishedOnce() throws InterruptedException {
        pool.idle(2);
        Task first = pool.held("first");
        Task second = pool.queued("second", "session", first.id().toString());
        Task third = pool.queued("third", "slot", "slot-1");

        events.publishChanges();
        events.publishChanges();

        assertThat(reasons(second)).containsExactly("followedTask");
        assertThat(reasons(third)).isEmpty();
    }

    @Test
    void aReasonThatIsOverIsPublished() throws InterruptedException {
        Instant later = database.clock().instant().plus(Duration.ofHours(1));
        Task task = pool.queued("later", "notBefore", later.toString());
        events.publishChanges();
        assertThat(reasons(task)).isEmpty();

        database.clock().advance(Duration.ofHours(2));
        events.publishChanges();

        assertThat(reasons(task)).containsExactly("slot");
    }

    @Test
    void aPausedPoolPublishesNothingForEachTask() {
        Task task = pool.queued("waits");
        pool.tasks.queue.pause.pause();

        events.publishChanges();

        assertThat(reasons(task)).isEmpty();
    }

    private Waiting waiting(Task task) {
        Waiting alone = Objects.requireNonNull(waits.of(pool.now(task)));
        assertThat(waits.now().of(pool.now(task))).as("as one of many").isEqualTo(alone);
        return alone;
    }

    private List<String> reasons(Task task) {
        return pool.tasks.log.readAfter(0, new EventFilter.OfTask(task.id()), 100).stream()
                .filter(event -> event.type() == EventType.TASK_WAITING)
                .map(Event::data)
                .map(data -> data.get("reason").asString())
                .toList();
    }
}

package dev.claudepool.submit;

import static dev.claudepool.task.TaskAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.claudepool.claude.FailureCode;
import dev.claudepool.event.EventFilter;
import dev.claudepool.store.Expiring;
import dev.claudepool.store.TestDatabase;
import dev.claudepool.task.Task;
import dev.claudepool.task.TaskSpec;
import dev.claudepool.task.TestingSpecs;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** What every engine owes to those who let tasks expire. */
abstract class TaskExpiryContract {

    private static final Duration KEPT = Duration.ofDays(30);

    @AutoClose
    final TestDatabase database;

    final TestingTasks tasks;

    TaskExpiryContract(TestDatabase database) {
        this.database = database;
        this.tasks = new TestingTasks(database);
    }

    @Test
    void aTaskGoesWithAllThatIsAboutItSomeTimeAfterItsEnd() {
        Task ended = ended(Map.of("tags", List.of("nightly")), "key");
        database.clock().advance(KEPT);
        assertThat(expireAll()).isZero();
        database.clock().advance(Duration.ofMillis(1));
        tasks.queued();

        assertThat(expireAll()).isEqualTo(1);

        assertThat(tasks.store.find(ended.id())).isEmpty();
        assertThat(tasks.log.readAfter(0, new EventFilter.OfTask(ended.id()), 10))
                .isEmpty();
        assertThat(rows("task_tag")).isZero();
        assertThat(rows("ledger")).isEqualTo(3); // that stays
        assertThat(rows("idempotency_key")).isZero();
        assertThat(rows("task")).isEqualTo(1);
    }

    @Test
    void aTaskThatHasNotEndedStaysHoweverOldItIs() {
        Task running = tasks.running();
        Task queued = tasks.queued();
        database.clock().advance(KEPT.multipliedBy(10));

        assertThat(expireAll()).isZero();

        assertThat(tasks.now(running)).isRunning();
        assertThat(tasks.now(queued)).isQueued();
    }

    @Test
    void everyEndCounts() {
        Task cancelled = tasks.queued();
        tasks.service.cancel(cancelled.id());
        Task failed = tasks.running();
        tasks.queue.settlement.failed(failed, TestingSpecs.failure(FailureCode.CLI_EXITED), TestingSpecs.spend("0"));
        database.clock().advance(KEPT.plusMillis(1));

        assertThat(expireAll()).isEqualTo(2);
    }

    @Test
    void aTaskThatAnUnfinishedOneFollowsStaysUntilThatHasEnded() {
        Task first = ended(Map.of());
        Task followUp = tasks.queued("session", first.id().toString());
        database.clock().advance(KEPT.plusMillis(1));

        assertThat(expireAll()).isZero();
        Task claimed = tasks.claim();
        assertThat(claimed.id()).isEqualTo(followUp.id());
        assertThat(claimed.sessionId()).isEqualTo(first.sessionId());
        assertThat(expireAll()).isZero();
        tasks.queue.settlement.succeeded(claimed, TestingSpecs.answer("hi"), TestingSpecs.spend("0"));

        assertThat(expireAll()).isEqualTo(1);
        assertThat(tasks.store.find(first.id())).isEmpty();
        assertThat(tasks.now(followUp)).hasSucceededWith("hi");
    }

    @Test
    void aWholeConversationGoesAtOnce() {
        Task first = ended(Map.of());
        Task second = ended(Map.of("session", first.id().toString()));
        ended(Map.of("session", second.id().toString()));
        database.clock().advance(KEPT.plusMillis(1));

        assertThat(expireAll()).isEqualTo(3);

        assertThat(rows("task")).isZero();
    }

    @Test
    void goesOnInPartsUntilNothingIsLeft() {
        IntStream.range(0, 250).forEach(_ -> ended(Map.of()));
        database.clock().advance(KEPT.plusMillis(1));

        int once = tasks.expiry(KEPT).expire(database.clock().instant());

        assertThat(once).isBetween(1, 249);
        assertThat(expireAll()).isEqualTo(250 - once);
        assertThat(rows("task")).isZero();
    }

    @Test
    void withoutARetentionNothingGoes() {
        ended(Map.of());
        database.clock().advance(Duration.ofDays(10_000));

        assertThat(tasks.expiry(Duration.ZERO).expire(database.clock().instant()))
                .isZero();
    }

    @Test
    void whatItHasCostStaysInTheAccount() {
        ended(Map.of());
        database.clock().advance(KEPT.plusMillis(1));

        expireAll();

        assertThat(tasks.budget.budget.total())
                .isEqualTo(TestingSpecs.spend("0.01").usd());
    }

    @Test
    void aKeyWhoseTaskIsGoneMayBeUsedAnew() {
        Task first = ended(Map.of(), "key");
        database.clock().advance(KEPT.plusMillis(1));
        expireAll();

        assertThat(tasks.service
                        .submit(TaskSpec.ofPrompt("another"), "key", TestingTasks.CALLER)
                        .id())
                .isNotEqualTo(first.id());
    }

    /** Else a client that has seen it would be told that it is ahead of its time. */
    @Test
    void theNumberOfTheNewestEventNeverGoesDown() {
        ended(Map.of());
        long newest = tasks.log.lastSeq();
        database.clock().advance(KEPT.plusMillis(1));

        expireAll();

        assertThat(tasks.log.lastSeq()).isEqualTo(newest);
    }

    private int expireAll() {
        Expiring expiry = tasks.expiry(KEPT);
        int all = 0;
        for (int some = 1; some > 0; all += some) {
            some = expiry.expire(database.clock().instant());
        }
        return all;
    }

    private Task ended(Map<String, Object> members) {
        return ended(members, UUID.randomUUID().toString());
    }

    private Task ended(Map<String, Object> members, String key) {
        tasks.service.submit(TestingSpecs.spec(members), key, TestingTasks.CALLER);
        Task attempt = tasks.claim();
        tasks.queue.settlement.succeeded(attempt, TestingSpecs.answer("hi"), TestingSpecs.spend("0.01"));
        return attempt;
    }

    private int rows(String table) {
        return database.jdbc()
                .sql("select count(*) from " + table)
                .query(Integer.class)
                .single();
    }
}

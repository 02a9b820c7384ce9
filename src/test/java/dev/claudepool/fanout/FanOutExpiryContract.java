package dev.claudepool.fanout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.claudepool.budget.Money;
import dev.claudepool.event.EventFilter;
import dev.claudepool.flow.FlowState;
import dev.claudepool.store.TestDatabase;
import dev.claudepool.submit.TestingTasks;
import dev.claudepool.task.Task;
import dev.claudepool.task.TestingSpecs;
import java.time.Duration;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** What every engine owes to those who let fan-outs expire. */
abstract class FanOutExpiryContract {

    private static final Duration KEPT = Duration.ofDays(30);

    private static final String TASKS = "{'prompts':['one','two']}";
    private static final String CHAIN = "{'steps':[{'name':'a','prompt':'one'},{'name':'b','prompt':'two'}]}";
    private static final String CHAINS = "{'chains':[" + CHAIN + "," + CHAIN + "]}";

    @AutoClose
    final TestDatabase database;

    private final TestingFanOuts fanOuts;
    private final TestingTasks tasks;

    FanOutExpiryContract(TestDatabase database) {
        this.database = database;
        this.fanOuts = new TestingFanOuts(database, KEPT);
        this.tasks = fanOuts.tasks;
    }

    @Test
    void aFanOutGoesWithAllThatIsAboutItAsLongAfterItsEndAsTasks() {
        FanOut ended = ended(TASKS, 2);
        database.clock().advance(KEPT);
        assertThat(expireAll()).isZero();
        database.clock().advance(Duration.ofMillis(1));
        tasks.queued();

        assertThat(expireAll()).isEqualTo(3);

        assertThatNothingIsLeftOf(ended);
    }

    @Test
    void theChainsOfAFanOutGoWithIt() {
        FanOut ended = ended(CHAINS, 4);
        database.clock().advance(KEPT);
        assertThat(expireAll()).isZero();
        database.clock().advance(Duration.ofMillis(1));
        tasks.queued();

        assertThat(expireAll()).isEqualTo(7);

        assertThatNothingIsLeftOf(ended);
        assertThat(rows("chain")).isZero();
        assertThat(rows("chain_step")).isZero();
    }

    private void assertThatNothingIsLeftOf(FanOut fanOut) {
        assertThat(tasks.log.readAfter(0, new EventFilter.OfFanOut(fanOut.id()), 10))
                .isEmpty();
        assertThat(rows("fan_out")).isZero();
        assertThat(rows("sub_account")).isZero();
        assertThat(rows("idempotency_key")).isZero();
        assertThat(rows("task")).isEqualTo(1);
    }

    @Test
    void aFanOutThatHasNotEndedStaysHoweverOldItIs() {
        FanOut fanOut = fanOuts.submitted(TASKS, "key");
        succeed(tasks.claim());
        Task running = tasks.claim();
        database.clock().advance(KEPT.multipliedBy(10));

        assertThat(expireAll()).isZero();
        assertThat(tasks.expiry(KEPT).expire(database.clock().instant())).isZero();
        succeed(running);

        assertThat(fanOuts.service.get(fanOut.id()).state()).isEqualTo(FlowState.SUCCEEDED);
        assertThat(expireAll()).isZero();
    }

    @Test
    void everyEndCounts() {
        FanOut cancelled = fanOuts.submitted(TASKS, "key");
        fanOuts.service.cancel(cancelled.id());
        database.clock().advance(KEPT.plusMillis(1));

        assertThat(expireAll()).isEqualTo(3);

        assertThat(rows("fan_out")).isZero();
    }

    @Test
    void theTasksOfAFanOutDoNotGoByThemselves() {
        FanOut fanOut = ended(TASKS, 2);
        database.clock().advance(KEPT.plusMillis(1));

        assertThat(tasks.expiry(KEPT).expire(database.clock().instant())).isZero();

        assertThat(fanOuts.chains.flows.ofFlow(fanOut.id())).hasSize(2);
    }

    @Test
    void aFanOutThatAnUnfinishedTaskFollowsStaysUntilThatHasEnded() {
        FanOut fanOut = ended(TASKS, 2);
        Task last = fanOuts.chains.flows.ofFlow(fanOut.id()).getLast();
        tasks.queued("session", last.id().toString());
        database.clock().advance(KEPT.plusMillis(1));

        assertThat(expireAll()).isZero();
        Task followUp = tasks.claim();
        assertThat(followUp.sessionId()).isEqualTo(last.sessionId());
        assertThat(expireAll()).isZero();
        succeed(followUp);

        assertThat(expireAll()).isEqualTo(3);
    }

    @Test
    void aFanOutOfChainsStaysWhileAStepOfOneIsFollowed() {
        FanOut fanOut = ended(CHAINS, 4);
        UUID chain = fanOuts.chains.service.ofFanOut(fanOut.id()).getLast();
        Task step = fanOuts.chains.flows.ofFlow(chain).getFirst();
        tasks.queued("session", step.id().toString());
        database.clock().advance(KEPT.plusMillis(1));

        assertThat(expireAll()).isZero();
        succeed(tasks.claim());

        assertThat(expireAll()).isEqualTo(7);
    }

    @Test
    void aFanOutThatStaysIsNotInTheWayOfOthers() {
        FanOut followed = ended(TASKS, 2);
        ended(TASKS, 2);
        UUID first = fanOuts.chains.flows.ofFlow(followed.id()).getFirst().id();
        tasks.queued("session", first.toString());
        database.clock().advance(KEPT.plusMillis(1));

        assertThat(expireAll()).isEqualTo(3);

        assertThat(fanOuts.service.list(null, null, 10)).extracting(FanOut::id).containsExactly(followed.id());
    }

    @Test
    void goesOnInPartsUntilNothingIsLeft() {
        int elements = 250;
        ended("{'prompts':" + IntStream.range(0, elements).mapToObj(_ -> "'x'").toList() + "}", elements);
        database.clock().advance(KEPT.plusMillis(1));

        int once = fanOuts.removal.expire(database.clock().instant());

        assertThat(once).isBetween(1, elements - 1);
        assertThat(rows("fan_out")).isEqualTo(1);
        assertThat(expireAll()).isEqualTo(elements + 1 - once);
        assertThat(rows("task")).isZero();
        assertThat(rows("fan_out")).isZero();
    }

    @Test
    void whatItHasCostStaysInTheAccount() {
        ended(CHAINS, 4);
        database.clock().advance(KEPT.plusMillis(1));

        expireAll();

        assertThat(rows("fan_out")).isZero();
        assertThat(tasks.budget.budget.total()).isEqualTo(Money.usd("0.04"));
    }

    @Test
    void aKeyWhoseFanOutIsGoneMayBeUsedAnew() {
        FanOut first = fanOuts.submitted(TASKS, "key");
        fanOuts.service.cancel(first.id());
        database.clock().advance(KEPT.plusMillis(1));
        expireAll();

        assertThat(fanOuts.submitted(CHAINS, "key").id()).isNotEqualTo(first.id());
    }

    @Test
    void withoutARetentionNothingGoes() {
        ended(TASKS, 2);
        TestingFanOuts kept = new TestingFanOuts(database, Duration.ZERO);
        database.clock().advance(Duration.ofDays(10_000));

        assertThat(kept.removal.expire(database.clock().instant())).isZero();
    }

    private int expireAll() {
        int all = 0;
        for (int some = 1; some > 0; all += some) {
            some = fanOuts.removal.expire(database.clock().instant());
        }
        return all;
    }

    /** @param attempts how many it takes */
    private FanOut ended(String spec, int attempts) {
        FanOut fanOut = fanOuts.submitted(spec, UUID.randomUUID().toString());
        for (int attempt = 0; attempt < attempts; attempt++) {
            succeed(tasks.claim());
        }
        return fanOuts.service.get(fanOut.id());
    }

    private void succeed(Task attempt) {
        tasks.queue.settlement.succeeded(attempt, TestingSpecs.answer("hi"), TestingSpecs.spend("0.01"));
    }

    private int rows(String table) {
        return database.jdbc()
                .sql("select count(*) from " + table)
                .query(Integer.class)
                .single();
    }
}

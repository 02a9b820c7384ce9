package dev.claudepool.chain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.claudepool.budget.Money;
import dev.claudepool.event.EventFilter;
import dev.claudepool.flow.FlowState;
import dev.claudepool.store.TestDatabase;
import dev.claudepool.submit.TestingTasks;
import dev.claudepool.task.Task;
import dev.claudepool.task.TestingSpecs;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** What every engine owes to those who let chains expire. */
abstract class ChainExpiryContract {

    private static final Duration KEPT = Duration.ofDays(30);

    @AutoClose
    final TestDatabase database;

    private final TestingChains chains;
    private final TestingTasks tasks;

    ChainExpiryContract(TestDatabase database) {
        this.database = database;
        this.chains = new TestingChains(database, KEPT);
        this.tasks = chains.tasks;
    }

    @Test
    void aChainGoesWithAllThatIsAboutItAsLongAfterItsEndAsTasks() {
        Chain ended = ended("key");
        database.clock().advance(KEPT);
        assertThat(expireAll()).isZero();
        database.clock().advance(Duration.ofMillis(1));
        tasks.queued();

        assertThat(expireAll()).isEqualTo(3);

        assertThat(tasks.log.readAfter(0, new EventFilter.OfChain(ended.id()), 10))
                .isEmpty();
        assertThat(rows("chain")).isZero();
        assertThat(rows("chain_step")).isZero();
        assertThat(rows("sub_account")).isZero();
        assertThat(rows("idempotency_key")).isZero();
        assertThat(rows("task")).isEqualTo(1);
        assertThat(rows("ledger")).isEqualTo(5); // that stays
    }

    @Test
    void aChainThatHasNotEndedStaysHoweverOldItIs() {
        Chain chain = chains.submitted(2, "key");
        succeed(tasks.claim());
        Task running = tasks.claim();
        database.clock().advance(KEPT.multipliedBy(10));

        assertThat(expireAll()).isZero();
        assertThat(chains.service.get(chain.id()).state()).isEqualTo(FlowState.RUNNING);
        succeed(running);

        assertThat(chains.service.get(chain.id()).state()).isEqualTo(FlowState.SUCCEEDED);
        assertThat(expireAll()).isZero();
    }

    @Test
    void everyEndCounts() {
        Chain cancelled = chains.submitted(2, "key");
        chains.service.cancel(cancelled.id());
        database.clock().advance(KEPT.plusMillis(1));

        assertThat(expireAll()).isEqualTo(2);

        assertThat(rows("chain")).isZero();
    }

    @Test
    void theTasksOfAChainDoNotGoByThemselves() {
        Chain chain = chains.submitted(2, "key");
        succeed(tasks.claim());
        database.clock().advance(KEPT.plusMillis(1));

        assertThat(tasks.expiry(KEPT).expire(database.clock().instant())).isZero();
        succeed(tasks.claim());
        database.clock().advance(KEPT.plusMillis(1));
        assertThat(tasks.expiry(KEPT).expire(database.clock().instant())).isZero();

        assertThat(chains.flows.ofFlow(chain.id())).hasSize(2);
    }

    @Test
    void aChainThatAnUnfinishedTaskFollowsStaysUntilThatHasEnded() {
        Chain chain = ended("key");
        Task last = chains.flows.ofFlow(chain.id()).getLast();
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
    void aChainThatStaysIsNotInTheWayOfOthers() {
        Chain followed = ended("followed");
        Chain other = ended("other");
        tasks.queued(
                "session", chains.flows.ofFlow(followed.id()).getFirst().id().toString());
        database.clock().advance(KEPT.plusMillis(1));

        assertThat(expireAll()).isEqualTo(3);

        assertThat(chains.lists.outlines(null, null, 10))
                .extracting(ChainOutline::id)
                .containsExactly(followed.id());
        assertThat(chains.flows.ofFlow(other.id())).isEmpty();
    }

    @Test
    void anyNumberOfChainsThatStayIsNotInTheWayOfOthers() {
        List<Chain> followed =
                IntStream.range(0, 101).mapToObj(i -> ended("followed-" + i)).toList();
        Chain other = ended("other");
        followed.forEach(chain -> tasks.queued(
                "session", chains.flows.ofFlow(chain.id()).getFirst().id().toString()));
        database.clock().advance(KEPT.plusMillis(1));

        assertThat(expireAll()).isEqualTo(3);

        assertThat(rows("chain")).isEqualTo(followed.size());
        assertThat(chains.flows.ofFlow(other.id())).isEmpty();
    }

    @Test
    void whatAStepThatHasNotBegunGoesOnWithStaysUntilTheChainHasEnded() {
        Task alone = tasks.running();
        succeed(alone);
        Chain chain = ended("key");
        Task inChain = chains.flows.ofFlow(chain.id()).getFirst();
        Chain waiting = chains.service.submit(
                database.json().readValue("""
                        {"steps": [{"name": "first", "prompt": "say hello"},
                          {"name": "second", "prompt": "go on", "config": {"session": "%s"}},
                          {"name": "third", "prompt": "go on", "config": {"session": "%s"}}]}""".formatted(alone.id(), inChain.id()), ChainSpec.class),
                "waiting",
                TestingTasks.CALLER);
        database.clock().advance(KEPT.plusMillis(1));

        assertThat(tasks.expiry(KEPT).expire(database.clock().instant())).isZero();
        assertThat(expireAll()).isZero();
        chains.service.cancel(waiting.id());

        assertThat(tasks.expiry(KEPT).expire(database.clock().instant())).isEqualTo(1);
        assertThat(expireAll()).isEqualTo(3);
        assertThat(rows("kept_task")).isZero();
    }

    @Test
    void goesOnInPartsUntilNothingIsLeft() {
        int steps = 250;
        chains.parallel(steps);
        for (int step = 0; step < steps; step++) {
            succeed(tasks.claim());
        }
        database.clock().advance(KEPT.plusMillis(1));

        int once = chains.removal.expire(database.clock().instant());

        assertThat(once).isBetween(1, steps - 1);
        assertThat(rows("chain")).isEqualTo(1);
        assertThat(expireAll()).isEqualTo(steps + 1 - once);
        assertThat(rows("task")).isZero();
        assertThat(rows("chain")).isZero();
    }

    @Test
    void theChainsOfAFanOutDoNotGoByThemselves() {
        UUID fanOut = UUID.randomUUID();
        tasks.budget.flows.open(fanOut, null);
        Chain chain = ended("key");
        database.jdbc()
                .sql("update chain set fan_out_id = :fanOut")
                .param("fanOut", fanOut.toString())
                .update();
        database.clock().advance(KEPT.plusMillis(1));

        assertThat(expireAll()).isZero();

        assertThat(chains.service.ofFanOut(fanOut)).containsExactly(chain.id());
    }

    @Test
    void whatItHasCostStaysInTheAccount() {
        ended("key");
        database.clock().advance(KEPT.plusMillis(1));

        expireAll();

        assertThat(rows("chain")).isZero();
        assertThat(tasks.budget.budget.total()).isEqualTo(Money.usd("0.02"));
    }

    @Test
    void aKeyWhoseChainIsGoneMayBeUsedAnew() {
        Chain first = ended("key");
        database.clock().advance(KEPT.plusMillis(1));
        expireAll();

        assertThat(chains.submitted(1, "key").id()).isNotEqualTo(first.id());
    }

    @Test
    void withoutARetentionNothingGoes() {
        TestingChains kept = new TestingChains(database, Duration.ZERO);
        ended("key");
        database.clock().advance(Duration.ofDays(10_000));

        assertThat(kept.removal.expire(database.clock().instant())).isZero();
    }

    private int expireAll() {
        int all = 0;
        for (int some = 1; some > 0; all += some) {
            some = chains.removal.expire(database.clock().instant());
        }
        return all;
    }

    /** A chain of two steps. */
    private Chain ended(String key) {
        Chain chain = chains.submitted(2, key);
        succeed(tasks.claim());
        succeed(tasks.claim());
        return chains.service.get(chain.id());
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

package dev.claudepool.chain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.claudepool.claude.FailureCode;
import dev.claudepool.event.EventFilter;
import dev.claudepool.flow.FlowState;
import dev.claudepool.problem.ProblemCode;
import dev.claudepool.problem.ProblemException;
import dev.claudepool.store.TestDatabase;
import dev.claudepool.submit.TestingTasks;
import dev.claudepool.task.Task;
import dev.claudepool.task.TestingSpecs;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** What every engine owes to those who delete chains while others use them. */
abstract class ChainDeletionContract {

    private static final int ROUNDS = 200;

    @AutoClose
    private final TestDatabase database;

    private final TestingChains chains;
    private final TestingTasks tasks;

    @AutoClose
    private final ExecutorService threads = Executors.newFixedThreadPool(2);

    private final CyclicBarrier start = new CyclicBarrier(2);

    ChainDeletionContract(TestDatabase database) {
        this.database = database;
        this.chains = new TestingChains(database, Duration.ZERO);
        this.tasks = chains.tasks;
    }

    @Test
    void allThatIsAboutItGoesButTheLedger() {
        Chain chain = chains.submitted(2, "key");
        succeed(tasks.claim());
        succeed(tasks.claim());
        int booked = rows("ledger");
        tasks.queued();

        chains.removal.delete(chain.id());

        assertThat(List.of("chain", "chain_step", "sub_account", "idempotency_key"))
                .allMatch(table -> rows(table) == 0);
        assertThat(tasks.log.readAfter(0, new EventFilter.OfChain(chain.id()), 10))
                .isEmpty();
        assertThat(rows("task")).isEqualTo(1);
        assertThat(rows("ledger")).isEqualTo(booked).isPositive();
        assertThat(refusal(() -> chains.removal.delete(chain.id()))).contains(ProblemCode.CHAIN_NOT_FOUND);
    }

    @Test
    void itStaysUntilItHasEnded() {
        Chain chain = chains.submitted(2, "key");
        assertThat(refusal(() -> chains.removal.delete(chain.id()))).contains(ProblemCode.CONFLICT);
        succeed(tasks.claim());
        assertThat(refusal(() -> chains.removal.delete(chain.id()))).contains(ProblemCode.CONFLICT);
        assertThat(rows("task")).isEqualTo(2);

        succeed(tasks.claim());

        assertThat(refusal(() -> chains.removal.delete(chain.id()))).isEmpty();
    }

    @Test
    void itStaysWhileAStepOfAnotherChainIsToGoOnInASessionOfIt() {
        Chain chain = chains.submitted(1, "key");
        Task step = tasks.claim();
        succeed(step);
        Chain waiting = chains.service.submit(
                database.json().readValue("""
                        {"steps": [{"name": "first", "prompt": "say hello"},
                          {"name": "second", "prompt": "go on", "config": {"session": "%s"}}]}""".formatted(step.id()), ChainSpec.class), "waiting", TestingTasks.CALLER);

        assertThat(refusal(() -> chains.removal.delete(chain.id()))).contains(ProblemCode.CONFLICT);
        chains.service.cancel(waiting.id());

        assertThat(refusal(() -> chains.removal.delete(chain.id()))).isEmpty();
    }

    @Test
    void aChainOfAFanOutGoesWithThatOnly() {
        Chain chain = chains.submitted(1, "key");
        succeed(tasks.claim());
        database.jdbc()
                .sql("update chain set fan_out_id = :fanOut")
                .param("fanOut", UUID.randomUUID().toString())
                .update();

        assertThat(refusal(() -> chains.removal.delete(chain.id()))).contains(ProblemCode.CONFLICT);

        assertThat(rows("chain")).isEqualTo(1);
        assertThat(rows("task")).isEqualTo(1);
    }

    @Test
    void ofADeletionAndARetryAtOnceOneIsRefused() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            deleteAndRetry();
        }
    }

    private void deleteAndRetry() throws Exception {
        Chain chain = chains.submitted(1, UUID.randomUUID().toString());
        tasks.queue.settlement.failed(
                tasks.claim(), TestingSpecs.failure(FailureCode.API_ERROR), TestingSpecs.spend("0.001"));

        Future<Optional<ProblemCode>> deletion = atOnce(() -> chains.removal.delete(chain.id()));
        Future<Optional<ProblemCode>> retry = atOnce(() -> chains.service.retry(chain.id()));

        if (retry.get().isEmpty()) {
            assertThat(deletion.get()).contains(ProblemCode.CONFLICT);
            succeed(tasks.claim());
            assertThat(chains.service.get(chain.id()).state()).isEqualTo(FlowState.SUCCEEDED);
            chains.removal.delete(chain.id());
        } else {
            assertThat(retry.get()).contains(ProblemCode.CHAIN_NOT_FOUND);
            assertThat(deletion.get()).isEmpty();
        }
        assertThat(rows("chain")).isZero();
        assertThat(rows("task")).isZero();
    }

    /** Runs {@code action} when the other thread is ready; tells why it was refused, if it was. */
    private Future<Optional<ProblemCode>> atOnce(Runnable action) {
        return threads.submit(() -> {
            start.await();
            return refusal(action);
        });
    }

    private static Optional<ProblemCode> refusal(Runnable action) {
        try {
            action.run();
            return Optional.empty();
        } catch (ProblemException refused) {
            return Optional.of(refused.code());
        }
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

package dev.claudepool.fanout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.claudepool.event.EventFilter;
import dev.claudepool.problem.ProblemCode;
import dev.claudepool.problem.ProblemException;
import dev.claudepool.store.TestDatabase;
import dev.claudepool.submit.TestingTasks;
import dev.claudepool.task.Task;
import dev.claudepool.task.TaskSpec;
import dev.claudepool.task.TestingSpecs;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every engine owes to those who delete fan-outs while others use them. */
abstract class FanOutDeletionContract {

    private static final String TASKS = "{'prompts':['one','two']}";
    private static final String CHAINS =
            "{'chains':[{'steps':[{'name':'a','prompt':'one'}]},{'steps':[{'name':'a','prompt':'two'}]}]}";

    @AutoClose
    private final TestDatabase database;

    private final TestingFanOuts fanOuts;
    private final TestingTasks tasks;

    @AutoClose
    private final ExecutorService threads = Executors.newFixedThreadPool(2);

    private final CyclicBarrier start = new CyclicBarrier(2);

    FanOutDeletionContract(TestDatabase database) {
        this.database = database;
        this.fanOuts = new TestingFanOuts(database, Duration.ZERO);
        this.tasks = fanOuts.tasks;
    }

    @ParameterizedTest
    @ValueSource(strings = {TASKS, CHAINS})
    void allThatIsAboutItGoesButTheLedger(String spec) {
        FanOut fanOut = submitted(spec);
        succeed(tasks.claim());
        succeed(tasks.claim());
        int booked = rows("ledger");
        tasks.queued();

        fanOuts.removal.delete(fanOut.id());

        assertThat(List.of("fan_out", "chain", "chain_step", "sub_account", "idempotency_key"))
                .allMatch(table -> rows(table) == 0);
        assertThat(tasks.log.readAfter(0, new EventFilter.OfFanOut(fanOut.id()), 10))
                .isEmpty();
        assertThat(rows("task")).isEqualTo(1);
        assertThat(rows("ledger")).isEqualTo(booked).isPositive();
        assertThat(refusal(() -> fanOuts.removal.delete(fanOut.id()))).contains(ProblemCode.FAN_OUT_NOT_FOUND);
    }

    @Test
    void aLargeOneGoesWithAllItsElements() {
        FanOut fanOut = submitted(ofElements(250));
        fanOuts.service.cancel(fanOut.id());

        fanOuts.removal.delete(fanOut.id());

        assertThat(rows("task")).isZero();
        assertThat(rows("fan_out")).isZero();
    }

    @Test
    void itStaysWhileAnElementIsQueuedOrRuns() {
        FanOut fanOut = submitted(TASKS);
        assertThatConflictStops(fanOut);
        succeed(tasks.claim());
        Task running = tasks.claim();
        assertThatConflictStops(fanOut);

        succeed(running);
        fanOuts.removal.delete(fanOut.id());

        assertThat(rows("fan_out")).isZero();
    }

    @Test
    void itStaysWhileSomethingGoesOnInASessionOfIt() {
        FanOut fanOut = submitted(CHAINS);
        Task step = tasks.claim();
        succeed(step);
        succeed(tasks.claim());
        tasks.queued("session", step.id().toString());
        assertThatConflictStops(fanOut);

        succeed(tasks.claim());
        fanOuts.removal.delete(fanOut.id());

        assertThat(rows("chain")).isZero();
    }

    private void assertThatConflictStops(FanOut fanOut) {
        int before = rows("task");
        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(() -> fanOuts.removal.delete(fanOut.id()))
                .matches(refused -> refused.code() == ProblemCode.CONFLICT);
        assertThat(rows("task")).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 150})
    void aTaskThatIsFollowedUpDuringADeletionStays(int elements) throws Exception {
        for (int round = 0; round < 200 / elements + 3; round++) {
            deleteAndFollowUp(elements);
        }
    }

    private void deleteAndFollowUp(int elements) throws Exception {
        FanOut fanOut = submitted(ofElements(elements));
        fanOuts.service.cancel(fanOut.id());
        UUID last = fanOuts.chains.flows.ofFlow(fanOut.id()).getLast().id();
        TaskSpec followUp = TestingSpecs.spec(Map.of("prompt", "go on", "session", last.toString()));

        Future<Optional<ProblemCode>> deletion = atOnce(() -> fanOuts.removal.delete(fanOut.id()));
        Future<Optional<ProblemCode>> submission =
                atOnce(() -> tasks.service.submit(followUp, null, TestingTasks.CALLER));

        assertThat(submission.get()).isEmpty();
        if (deletion.get().isPresent()) {
            assertThat(deletion.get()).contains(ProblemCode.CONFLICT);
            assertThat(tasks.store.find(last)).isPresent();
            tasks.queue.clearing.cancelAll();
            fanOuts.removal.delete(fanOut.id());
        }
        assertThat(queued("follows is not null")).isZero();
        tasks.queue.clearing.cancelAll();
        assertThat(rows("fan_out")).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 150})
    void aRetryDuringADeletionRepeatsAllElementsOrIsRefused(int elements) throws Exception {
        for (int round = 0; round < 100 / elements + 3; round++) {
            deleteAndRetry(elements);
        }
    }

    private void deleteAndRetry(int elements) throws Exception {
        FanOut fanOut = submitted(ofElements(elements));
        fanOuts.service.cancel(fanOut.id());

        Future<Optional<ProblemCode>> deletion = atOnce(() -> fanOuts.removal.delete(fanOut.id()));
        Future<Optional<ProblemCode>> retry =
                atOnce(() -> fanOuts.retries.retry(fanOut.id(), null, TestingTasks.CALLER));

        assertThat(deletion.get()).isEmpty();
        if (retry.get().isPresent()) {
            assertThat(retry.get()).contains(ProblemCode.FAN_OUT_NOT_FOUND);
            assertThat(rows("fan_out")).isZero();
            return;
        }
        FanOut retried = fanOuts.service.list(null, null, 2).getFirst();
        assertThat(retried.retryOf()).isEqualTo(fanOut.id());
        assertThat(queued("fan_out_id is not null")).isEqualTo(elements);
        fanOuts.service.cancel(retried.id());
        fanOuts.removal.delete(retried.id());
    }

    @Test
    void twoDeletionsAtOnceLeaveNothing() throws Exception {
        for (int round = 0; round < 5; round++) {
            FanOut fanOut = submitted(ofElements(150));
            fanOuts.service.cancel(fanOut.id());

            Future<Optional<ProblemCode>> one = atOnce(() -> fanOuts.removal.delete(fanOut.id()));
            Future<Optional<ProblemCode>> other = atOnce(() -> fanOuts.removal.delete(fanOut.id()));

            assertThat(List.of(one.get(), other.get()))
                    .contains(Optional.empty())
                    .allMatch(refusal -> refusal.isEmpty() || refusal.get() == ProblemCode.FAN_OUT_NOT_FOUND);
            assertThat(rows("task")).isZero();
            assertThat(rows("fan_out")).isZero();
        }
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

    private static String ofElements(int elements) {
        return "{'prompts':" + IntStream.range(0, elements).mapToObj(_ -> "'x'").toList() + "}";
    }

    private FanOut submitted(String spec) {
        return fanOuts.submitted(spec, UUID.randomUUID().toString());
    }

    private void succeed(Task attempt) {
        tasks.queue.settlement.succeeded(attempt, TestingSpecs.answer("hi"), TestingSpecs.spend("0.01"));
    }

    private int queued(String condition) {
        return rows("task where state = 'QUEUED' and " + condition);
    }

    private int rows(String table) {
        return database.jdbc()
                .sql("select count(*) from " + table)
                .query(Integer.class)
                .single();
    }
}

package dev.claudepool.queue;

import static dev.claudepool.task.TaskAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.claudepool.budget.Money;
import dev.claudepool.claude.FailureCode;
import dev.claudepool.event.Event;
import dev.claudepool.event.EventFilter;
import dev.claudepool.event.EventType;
import dev.claudepool.store.SettableClock;
import dev.claudepool.store.SqliteTestDatabase;
import dev.claudepool.store.TestDatabase;
import dev.claudepool.submit.TestingTasks;
import dev.claudepool.task.Task;
import dev.claudepool.task.TaskProperties;
import dev.claudepool.task.TaskState;
import dev.claudepool.task.TestingSpecs;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.util.unit.DataSize;

class TaskQueueTest {

    @AutoClose
    private final TestDatabase database = new SqliteTestDatabase();

    private final SettableClock clock = database.clock();
    private final TestingTasks tasks = new TestingTasks(database);
    private final TestingQueue queue = tasks.queue;

    @Test
    void aTaskSucceedsWithItsAnswerAndItsCost() {
        Task attempt = tasks.running();
        clock.advance(Duration.ofSeconds(3));

        queue.settlement.succeeded(attempt, TestingSpecs.answer("hi"), TestingSpecs.spend("0.0123"));

        Task task = tasks.now(attempt);
        assertThat(task).hasSucceededWith("hi").hasSpent("0.0123").hasAttempts(1);
        assertThat(task.state()).isEqualTo(new TaskState.Succeeded(TestingSpecs.answer("hi"), clock.instant()));
        assertThat(eventsOf(task)).containsExactly("QUEUED", "RUNNING", "SUCCEEDED");
        assertThat(finished("succeeded")).isEqualTo(1);
    }

    @Test
    void aFailureWithoutRetriesIsFinal() {
        Task attempt = tasks.running();

        queue.settlement.failed(attempt, TestingSpecs.failure(FailureCode.CLI_EXITED), TestingSpecs.spend("0.01"));

        assertThat(tasks.now(attempt)).hasFailedWith("cli-exited").hasSpent("0.01");
    }

    @Test
    void aTaskIsNotClaimedBeforeItsTime() {
        Instant time = clock.instant().plus(Duration.ofHours(1));
        Task task = tasks.queued("notBefore", time.toString());

        clock.set(time.minusMillis(1));
        assertThat(tasks.claimed()).isEmpty();

        clock.set(time);
        assertThat(tasks.claim().id()).isEqualTo(task.id());
    }

    @Test
    void aTimeThatHasPassedDelaysNothing() {
        Task task = tasks.queued("notBefore", "1970-01-01T00:00:00Z");

        assertThat(tasks.claim().id()).isEqualTo(task.id());
    }

    @Test
    void retriesWithGrowingPausesAndAddsUpTheCost() {
        Task attempt = tasks.running(Map.of("retries", 2));
        List<Duration> pauses = new ArrayList<>();

        for (int retry = 1; retry <= 2; retry++) {
            queue.settlement.failed(attempt, TestingSpecs.failure(FailureCode.CLI_SILENT), TestingSpecs.spend("0.01"));
            pauses.add(Duration.between(clock.instant(), notBefore(attempt)));
            clock.set(notBefore(attempt));
            attempt = tasks.claim();
            assertThat(attempt).isRunning().hasAttempts(retry + 1).hasEpoch(retry + 1);
        }
        queue.settlement.failed(attempt, TestingSpecs.failure(FailureCode.CLI_SILENT), TestingSpecs.spend("0.01"));

        assertThat(pauses).containsExactly(Duration.ofSeconds(1), Duration.ofSeconds(2));
        assertThat(tasks.now(attempt))
                .hasFailedWith("cli-silent")
                .hasAttempts(3)
                .hasSpent("0.03");
        assertThat(eventsOf(attempt))
                .containsExactly("QUEUED", "RUNNING", "QUEUED", "RUNNING", "QUEUED", "RUNNING", "FAILED");
        assertThat(finished("failed")).isEqualTo(1);
    }

    @Test
    void neverPausesLongerThanAMinute() {
        Task attempt = tasks.running(Map.of("retries", 10));
        Duration longest = Duration.ZERO;

        for (int retry = 1; retry <= 10; retry++) {
            queue.settlement.failed(attempt, TestingSpecs.failure(FailureCode.CLI_SILENT), TestingSpecs.spend("0"));
            longest = Duration.between(clock.instant(), notBefore(attempt));
            clock.set(notBefore(attempt));
            attempt = tasks.claim();
        }

        assertThat(longest).isEqualTo(Duration.ofMinutes(1));
    }

    @Test
    void theDefaultOfRetriesIsThePools() {
        TestingTasks retrying = new TestingTasks(database, TestingSpecs.properties(1), TestingQueue.capacity(10));
        Task byDefault = retrying.running();
        retrying.queue.settlement.failed(
                byDefault, TestingSpecs.failure(FailureCode.CLI_EXITED), TestingSpecs.spend("0"));
        clock.advance(Duration.ofSeconds(-10));
        Task without = retrying.running(Map.of("retries", 0));
        retrying.queue.settlement.failed(
                without, TestingSpecs.failure(FailureCode.CLI_EXITED), TestingSpecs.spend("0"));

        assertThat(tasks.now(byDefault)).isQueued();
        assertThat(tasks.now(without)).hasFailedWith("cli-exited");
    }

    @ParameterizedTest
    @EnumSource(FailureCode.class)
    void retriesJustWhatMaySucceedWhenTriedAgain(FailureCode code) {
        Task attempt = tasks.running(Map.of("retries", 1));

        queue.settlement.failed(attempt, TestingSpecs.failure(code), TestingSpecs.spend("0"));

        assertThat(tasks.now(attempt).state().isFinal()).isEqualTo(!code.retryable());
    }

    @Test
    void aRetryBeginsAFreshSession() {
        Task attempt = tasks.running(Map.of("retries", 1));
        queue.settlement.failed(attempt, TestingSpecs.failure(FailureCode.CLI_EXITED), TestingSpecs.spend("0"));
        clock.advance(Duration.ofMinutes(1));

        assertThat(sessionOfNextClaim()).isEqualTo(new RequestedSession.Fresh());
    }

    @Test
    void aDeferralCountsNoAttemptHoweverOften() {
        Task attempt = tasks.running(Map.of("retries", 1));
        for (int time = 0; time < 5; time++) {
            Instant notBefore = clock.instant().plus(Duration.ofMinutes(10));
            queue.settlement.deferred(
                    attempt, TestingSpecs.failure(FailureCode.RATE_LIMITED), notBefore, TestingSpecs.spend("0.001"));
            assertThat(tasks.now(attempt)).isQueuedUntil(notBefore).hasAttempts(0);
            clock.set(notBefore);
            attempt = tasks.claim();
        }

        queue.settlement.failed(attempt, TestingSpecs.failure(FailureCode.CLI_EXITED), TestingSpecs.spend("0"));

        assertThat(tasks.now(attempt)).isQueued().hasAttempts(1).hasEpoch(6).hasSpent("0.005");
    }

    @Test
    void aRunningTaskThatIsCancelledEndsCancelledWithItsCost() {
        Task attempt = tasks.running();

        assertThat(tasks.service.cancel(attempt.id())).isCancelling();
        queue.settlement.cancelled(attempt, TestingSpecs.spend("0.02"));

        assertThat(tasks.now(attempt)).isCancelled().hasSpent("0.02");
        assertThat(eventsOf(attempt)).containsExactly("QUEUED", "RUNNING", "RUNNING", "CANCELLED");
        assertThat(finished("cancelled")).isEqualTo(1);
    }

    @Test
    void aCancelledTaskIsNotTriedAgainWhateverItsAttemptEndsWith() {
        Task failing = cancelling();
        queue.settlement.failed(failing, TestingSpecs.failure(FailureCode.CLI_EXITED), TestingSpecs.spend("0"));
        Task limited = cancelling();
        queue.settlement.deferred(
                limited,
                TestingSpecs.failure(FailureCode.RATE_LIMITED),
                clock.instant().plusSeconds(9),
                TestingSpecs.spend("0"));
        Task interrupted = cancelling();
        queue.settlement.interrupted(interrupted, TestingSpecs.spend("0"));

        assertThat(tasks.now(failing)).isCancelled();
        assertThat(tasks.now(limited)).isCancelled();
        assertThat(tasks.now(interrupted)).isCancelled();
    }

    @Test
    void anAnswerThatWasUnderWayBeatsTheCancellation() {
        Task attempt = cancelling();

        queue.settlement.succeeded(attempt, TestingSpecs.answer("hi"), TestingSpecs.spend("0.01"));

        assertThat(tasks.now(attempt)).hasSucceededWith("hi");
    }

    @Test
    void aLateSettlementOfAnOlderAttemptChangesOnlyTheSpend() {
        Task older = tasks.running();
        requeueBehindItsBack(older);
        Task newer = tasks.claim();

        queue.settlement.succeeded(older, TestingSpecs.answer("late"), TestingSpecs.spend("0.05"));

        assertThat(tasks.now(older)).isRunning().hasEpoch(2).hasSpent("0.05");
        queue.settlement.succeeded(newer, TestingSpecs.answer("in time"), TestingSpecs.spend("0.01"));
        assertThat(tasks.now(older)).hasSucceededWith("in time").hasSpent("0.06");
        assertThat(finished("succeeded")).isEqualTo(1);
    }

    @Test
    void aSettlementAfterTheEndChangesOnlyTheSpendAndEndsNothingTwice() {
        Task older = tasks.running();
        requeueBehindItsBack(older);
        Task newer = tasks.claim();
        queue.settlement.succeeded(newer, TestingSpecs.answer("in time"), TestingSpecs.spend("0.01"));

        queue.settlement.failed(older, TestingSpecs.failure(FailureCode.CLI_EXITED), TestingSpecs.spend("0.05"));

        assertThat(tasks.now(older)).hasSucceededWith("in time").hasSpent("0.06");
        assertThat(finished("succeeded")).isEqualTo(1);
        assertThat(finished("failed")).isZero();
        assertThat(eventsOf(older)).endsWith("SUCCEEDED").containsOnlyOnce("SUCCEEDED");
    }

    @Test
    void anAttemptIsSettledOnce() {
        Task attempt = tasks.running();
        queue.settlement.succeeded(attempt, TestingSpecs.answer("hi"), TestingSpecs.spend("0.01"));

        assertThatIllegalStateException()
                .isThrownBy(() -> queue.settlement.cancelled(attempt, TestingSpecs.spend("0.01")));

        assertThat(tasks.now(attempt)).hasSucceededWith("hi").hasSpent("0.01");
        assertThat(tasks.budget.budget.total())
                .isEqualTo(TestingSpecs.spend("0.01").usd());
    }

    @Test
    void whatADeadInstanceWasRunningGoesOnInItsSession() {
        Task attempt = tasks.running();
        tasks.queued();
        TestingTasks afterRestart = new TestingTasks(database);

        assertThat(afterRestart.queue.recovery.recover()).isEqualTo(1);

        Task recovered = tasks.now(attempt);
        assertThat(recovered).isInterrupted().hasEpoch(1).hasEstimatedSpend();
        assertThat(sessionOfNextClaim()).isEqualTo(new RequestedSession.Interrupted(requireSession(attempt)));
        assertThat(afterRestart.queue.recovery.recover()).isEqualTo(1);
    }

    @Test
    void aTaskThatADeadInstanceWasCancellingIsCancelled() {
        Task attempt = cancelling();

        var _ = tasks.queue.recovery.recover();

        assertThat(tasks.now(attempt)).isCancelled();
    }

    @Test
    void recoveryFindsNothingAfterAnOrderlyStop() {
        Task attempt = tasks.running();
        queue.settlement.interrupted(attempt, TestingSpecs.spend("0.01"));

        assertThat(tasks.queue.recovery.recover()).isZero();
        assertThat(tasks.now(attempt)).isInterrupted().hasSpent("0.01");
    }

    @Test
    void anInterruptedFollowUpGoesOnInTheSameSession() {
        Task first = tasks.running();
        queue.settlement.succeeded(first, TestingSpecs.answer("hi"), TestingSpecs.spend("0"));
        tasks.queued("session", first.id().toString());
        Task followUp = tasks.claim();

        queue.settlement.interrupted(followUp, TestingSpecs.spend("0"));

        assertThat(sessionOfNextClaim()).isEqualTo(new RequestedSession.Interrupted(requireSession(first)));
    }

    @Test
    void anAttemptAfterAnInterruptionThatFailsIsForgottenAsSuch() {
        Task attempt = tasks.running(Map.of("retries", 5));
        queue.settlement.interrupted(attempt, TestingSpecs.spend("0"));
        Task second = tasks.claim();
        queue.settlement.failed(second, TestingSpecs.failure(FailureCode.CLI_EXITED), TestingSpecs.spend("0"));
        clock.advance(Duration.ofMinutes(1));

        assertThat(sessionOfNextClaim()).isEqualTo(new RequestedSession.Fresh());
    }

    @Test
    void eventsOfAFailureSayWhyWithoutTheEndOfStderr() {
        Task attempt = tasks.running();

        queue.settlement.failed(attempt, TestingSpecs.failure(FailureCode.CLI_EXITED), TestingSpecs.spend("0.07"));

        Event last =
                tasks.log.readAfter(0, new EventFilter.OfTask(attempt.id()), 10).getLast();
        assertThat(last.data()).hasToString("""
                {"state":"FAILED","attempts":1,"waitMs":0,"runMs":0,"spentUsd":0.07,\
                "tokens":{"input":100,"output":20,"cacheRead":3,"cacheWrite":4},\
                "error":{"code":"cli-exited","message":"It did not work"}}""");
        assertThat(last.slotId()).isEqualTo("slot-0");
    }

    @Test
    void anAnswerThatIsTooLongIsKeptInPart() {
        TaskProperties small = new TaskProperties(Duration.ofMinutes(30), 0, DataSize.ofBytes(5));
        TestingTasks sparing = new TestingTasks(database, small, TestingQueue.capacity(10));
        Task attempt = sparing.running();

        sparing.queue.settlement.succeeded(attempt, TestingSpecs.answer("four\ud83d\ude00"), TestingSpecs.spend("0"));

        Task task = tasks.now(attempt);
        assertThat(task).hasSucceededWith("four");
        assertThat(TestingTasks.resultOf(task).outputTruncated()).isTrue();
    }

    @Test
    void anAnswerThatIsNotTooLongIsNotMarked() {
        Task attempt = tasks.running();

        queue.settlement.succeeded(attempt, TestingSpecs.answer("four"), TestingSpecs.spend("0"));

        assertThat(TestingTasks.resultOf(tasks.now(attempt)).outputTruncated()).isFalse();
    }

    @Test
    void theSpendOfEveryAttemptIsInTheAccount() {
        Task attempt = tasks.running(Map.of("retries", 1));
        queue.settlement.failed(attempt, TestingSpecs.failure(FailureCode.CLI_EXITED), TestingSpecs.spend("0.01"));
        clock.advance(Duration.ofMinutes(1));
        queue.settlement.interrupted(tasks.claim(), TestingSpecs.spend("0.02"));
        queue.settlement.deferred(
                tasks.claim(),
                TestingSpecs.failure(FailureCode.RATE_LIMITED),
                clock.instant(),
                TestingSpecs.spend("0.04"));
        tasks.service.cancel(attempt.id());
        queue.settlement.failed(
                tasks.running(), TestingSpecs.failure(FailureCode.API_ERROR), TestingSpecs.spend("0.08"));

        assertThat(tasks.budget.budget.total()).isEqualTo(Money.usd("0.15"));
        assertThat(tasks.now(attempt)).hasSpent("0.07");
    }

    @Test
    void countsEndsAndSpendSinceATime() {
        queue.settlement.succeeded(tasks.running(), TestingSpecs.answer("hi"), TestingSpecs.spend("0.01"));
        Task older = tasks.running(Map.of("retries", 1));
        queue.settlement.failed(older, TestingSpecs.failure(FailureCode.CLI_EXITED), TestingSpecs.spend("0.02"));
        clock.advance(Duration.ofMinutes(1));
        Instant since = clock.instant();
        queue.settlement.succeeded(tasks.claim(), TestingSpecs.answer("hi"), TestingSpecs.spend("0.04"));
        clock.advance(Duration.ofMinutes(1));
        queue.settlement.failed(
                tasks.running(), TestingSpecs.failure(FailureCode.API_ERROR), TestingSpecs.spend("0.08"));
        tasks.service.cancel(tasks.queued().id());
        queue.settlement.interrupted(tasks.running(), TestingSpecs.spend("0.16"));

        assertThat(queue.statistics.totalsSince(since)).isEqualTo(new TaskTotals(1, 1, 1, Money.usd("0.28")));
        assertThat(queue.statistics.totalsSince(clock.instant().plusMillis(1)))
                .isEqualTo(new TaskTotals(0, 0, 0, Money.ZERO));
    }

    @Test
    void cancelsTheWholeQueueAndNothingElse() {
        Task running = tasks.running();
        List<Task> queued =
                IntStream.range(0, 250).mapToObj(_ -> tasks.queued()).toList();

        assertThat(queue.clearing.cancelAll()).isEqualTo(250);

        assertThat(queued).allSatisfy(task -> assertThat(tasks.now(task)).isCancelled());
        assertThat(tasks.now(running)).isRunning();
        assertThat(eventsOf(queued.getLast())).containsExactly("QUEUED", "CANCELLED");
        assertThat(finished("cancelled")).isEqualTo(250);
        assertThat(queue.clearing.cancelAll()).isZero();
    }

    @Test
    void whatWaitsGoesOnAfterItsTimeThoughTheClockWasSetBack() {
        Task tried = tasks.running(Map.of("retries", 1));
        queue.settlement.failed(tried, TestingSpecs.failure(FailureCode.CLI_SILENT), TestingSpecs.spend("0.01"));
        Task interrupted = tasks.running();
        queue.settlement.interrupted(interrupted, TestingSpecs.spend("0"));
        queue.pause.pauseUntil(database.monotonicClock().after(Duration.ofSeconds(1)), FailureCode.RATE_LIMITED);
        clock.set(clock.instant().minus(Duration.ofHours(1)));
        assertThat(tasks.nothingToClaim("slot-0")).isTrue();

        clock.advance(Duration.ofSeconds(1));

        assertThat(queue.pause.isPaused()).isFalse();
        assertThat(List.of(tasks.claim().id(), tasks.claim().id()))
                .containsExactlyInAnyOrder(tried.id(), interrupted.id());
    }

    @Test
    void whatWasQueuedBeforeTheClockWasSetBackIsStillTheFirst() {
        Task first = tasks.queued();
        clock.set(clock.instant().minus(Duration.ofHours(1)));
        Task second = tasks.queued();

        assertThat(tasks.claim().id()).isEqualTo(first.id());
        assertThat(tasks.claim().id()).isEqualTo(second.id());
    }

    @Test
    void noTaskWaitsForLongAfterAStartWhateverTheClockWasBefore() {
        Task attempt = tasks.running();
        queue.settlement.deferred(
                attempt,
                TestingSpecs.failure(FailureCode.RATE_LIMITED),
                clock.instant().plus(Duration.ofDays(365)),
                TestingSpecs.spend("0"));

        assertThat(tasks.queue.recovery.recover()).isZero();

        assertThat(notBefore(attempt)).isEqualTo(clock.instant().plus(Duration.ofHours(1)));
    }

    @Test
    void settlementWhoseCommitWasUnknownIsASuccess() {
        Task attempt = tasks.running();
        List<String> told = new ArrayList<>();
        var _ = tasks.log.listen(
                (event, _) -> told.add(event.data().path("state").asString()));
        database.failAfterNextCommit();

        queue.settlement.succeeded(attempt, TestingSpecs.answer("hi"), TestingSpecs.spend("0.01"));

        assertThat(queue.settlement.isSettled(attempt)).isTrue();
        assertThat(tasks.now(attempt)).hasSucceededWith("hi").hasSpent("0.01");
        assertThat(tasks.budget.budget.total()).isEqualTo(Money.usd("0.01"));
        assertThat(told).contains("SUCCEEDED");
        assertThat(finished("succeeded")).isEqualTo(1);
    }

    @Test
    void recoveryBooksTheCostOfATaskWhoseReservationTheLedgerHasLost() {
        Task attempt = tasks.running();
        tasks.budget.reservations.record(attempt.attemptAccounts(), TestingSpecs.spend("0.01"));
        database.jdbc().sql("delete from ledger where kind = 'RESERVED'").update();

        assertThat(tasks.queue.recovery.recover()).isEqualTo(1);

        assertThat(tasks.now(attempt)).isInterrupted().hasSpent("0.01");
        assertThat(tasks.budget.budget.total()).isEqualTo(Money.usd("0.01"));
        assertThat(tasks.budget.budget.view().reservedUsd()).isEqualTo(Money.ZERO);
    }

    private Task cancelling() {
        Task attempt = tasks.running(Map.of("retries", 5));
        tasks.service.cancel(attempt.id());
        return attempt;
    }

    /** As a lost lease does: the attempt is still under way, but its task is queued again. */
    private void requeueBehindItsBack(Task attempt) {
        assertThat(tasks.store.replace(attempt, attempt.with(TestingSpecs.queued(clock.instant()))))
                .isTrue();
    }

    private RequestedSession sessionOfNextClaim() {
        RequestedSession session = tasks.next().session();
        var _ = tasks.claim();
        return session;
    }

    private Instant notBefore(Task task) {
        return tasks.now(task).state() instanceof TaskState.Queued queued ? queued.notBefore() : Instant.MAX;
    }

    private List<String> eventsOf(Task task) {
        return tasks.log.readAfter(0, new EventFilter.OfTask(task.id()), 100).stream()
                .filter(event -> event.type() == EventType.TASK_STATE)
                .map(event -> event.data().path("state").asString())
                .toList();
    }

    private double finished(String outcome) {
        return tasks.meters
                .get("claude.pool.tasks.finished")
                .tag("outcome", outcome)
                .counter()
                .count();
    }

    private static UUID requireSession(Task task) {
        UUID session = task.sessionId();
        if (session == null) {
            throw new IllegalStateException("no session");
        }
        return session;
    }
}

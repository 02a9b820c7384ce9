package dev.claudepool.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.claudepool.budget.Money;
import dev.claudepool.budget.Spend;
import dev.claudepool.budget.Tokens;
import dev.claudepool.claude.FailureCode;
import dev.claudepool.store.TestDatabase;
import dev.claudepool.submit.TestingTasks;
import dev.claudepool.task.Task;
import dev.claudepool.task.TestingSpecs;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** What every engine owes to those who look at the attempts of tasks. */
abstract class AttemptStoreContract {

    private static final Spend SPEND = new Spend(Money.usd("0.01"), new Tokens(1, 2, 3, 4), false);

    @AutoClose
    final TestDatabase database;

    private final TestingTasks tasks;
    private final TaskSettlement settlement;
    private final Instant start;

    AttemptStoreContract(TestDatabase database) {
        this.database = database;
        this.tasks = new TestingTasks(database, TestingSpecs.properties(1), TestingQueue.capacity(100));
        this.settlement = tasks.queue.settlement;
        this.start = database.clock().instant();
    }

    @Test
    void anAttemptThatRunsHasNoEnd() {
        Task task = tasks.running(Map.of("model", "opus"));

        assertThat(attempts(task))
                .containsExactly(new TaskAttempt(
                        1,
                        AttemptCause.FIRST,
                        TestingTasks.SLOT,
                        Objects.requireNonNull(task.sessionId()),
                        "opus",
                        start,
                        null,
                        null,
                        null,
                        Money.ZERO,
                        false,
                        Tokens.NONE));
    }

    @Test
    void anAttemptThatHasSucceededHasItsCostAndTheModelThatAnswered() {
        Task task = tasks.running();
        database.clock().advance(Duration.ofMillis(7));

        settlement.succeeded(task, TestingSpecs.answer("hi"), SPEND);

        assertThat(attempts(task))
                .containsExactly(new TaskAttempt(
                        1,
                        AttemptCause.FIRST,
                        TestingTasks.SLOT,
                        Objects.requireNonNull(task.sessionId()),
                        TestingSpecs.answer("hi").model(),
                        start,
                        start.plusMillis(7),
                        AttemptOutcome.SUCCEEDED,
                        null,
                        SPEND.usd(),
                        false,
                        SPEND.tokens()));
    }

    @Test
    void eachHasItsCause() {
        Task task = tasks.running();
        settlement.failed(task, TestingSpecs.failure(FailureCode.CLI_EXITED), SPEND);
        settlement.deferred(
                claimLater(),
                TestingSpecs.failure(FailureCode.OVERLOADED),
                database.clock().instant(),
                SPEND);
        settlement.interrupted(claimLater(), SPEND);
        settlement.running(claimLater(), SPEND);
        tasks.queue.recovery.recover();
        settlement.failed(claimLater(), TestingSpecs.failure(FailureCode.API_ERROR), SPEND);

        List<TaskAttempt> attempts = attempts(task);

        assertThat(attempts).extracting(TaskAttempt::number).containsExactly(1, 2, 3, 4, 5);
        assertThat(attempts)
                .extracting(TaskAttempt::cause)
                .containsExactly(
                        AttemptCause.FIRST,
                        AttemptCause.RETRY,
                        AttemptCause.RATE_LIMIT,
                        AttemptCause.RESTART,
                        AttemptCause.RECOVERY);
        assertThat(attempts)
                .extracting(TaskAttempt::outcome)
                .containsExactly(
                        AttemptOutcome.FAILED,
                        AttemptOutcome.DEFERRED,
                        AttemptOutcome.INTERRUPTED,
                        AttemptOutcome.LOST,
                        AttemptOutcome.FAILED);
        assertThat(attempts)
                .extracting(TaskAttempt::code)
                .containsExactly("cli-exited", "overloaded", null, null, "api-error");
        assertThat(attempts).extracting(TaskAttempt::spentUsd).containsOnly(SPEND.usd());
        assertThat(attempts).extracting(TaskAttempt::spendEstimated).containsExactly(false, false, false, true, false);
        assertThat(tasks.now(task).spend().usd()).isEqualTo(Money.usd("0.05"));
    }

    @Test
    void oneWhoseTaskIsCancelledMeanwhileIsCancelledHoweverItEnds() {
        Task failing = tasks.running();
        tasks.service.cancel(failing.id());
        settlement.failed(failing, TestingSpecs.failure(FailureCode.CLI_EXITED), SPEND);
        Task stopped = tasks.running();
        tasks.service.cancel(stopped.id());
        settlement.cancelled(stopped, SPEND);

        assertThat(List.of(attempts(failing).getFirst(), attempts(stopped).getFirst()))
                .allMatch(attempt -> attempt.outcome() == AttemptOutcome.CANCELLED)
                .allMatch(attempt -> attempt.code() == null)
                .allMatch(attempt -> attempt.spentUsd().equals(SPEND.usd()));
    }

    @Test
    void oneThatGoesOnInAnotherSessionHasThat() {
        Task task = tasks.running();
        UUID session = UUID.randomUUID();

        settlement.movedTo(session, task);

        assertThat(attempts(task)).extracting(TaskAttempt::sessionId).containsExactly(session);
    }

    @Test
    void oneThatAnOlderVersionHasBegunIsMissing() {
        Task task = tasks.running();
        database.jdbc().sql("delete from attempt").update();

        settlement.interrupted(task, SPEND);
        claimLater();

        assertThat(attempts(task)).extracting(TaskAttempt::number).containsExactly(2);
        assertThat(attempts(task)).extracting(TaskAttempt::cause).containsExactly(AttemptCause.RESTART);
    }

    @Test
    void pagesGoOnAfterANumber() {
        Task task = tasks.running();
        settlement.interrupted(task, SPEND);
        settlement.interrupted(tasks.claim(), SPEND);
        tasks.claim();

        assertThat(tasks.queue.attempts.ofTask(task.id(), 1, 1))
                .extracting(TaskAttempt::number)
                .containsExactly(2);
        assertThat(tasks.queue.attempts.ofTask(task.id(), Long.MAX_VALUE, 1)).isEmpty();
    }

    @Test
    void theyGoWithTheirTask() {
        Task task = tasks.running();
        Task other = tasks.running();
        settlement.succeeded(task, TestingSpecs.answer("hi"), SPEND);

        database.transactions().writing(() -> tasks.removal.remove(List.of(task.id())));

        assertThat(attempts(task)).isEmpty();
        assertThat(attempts(other)).hasSize(1);
    }

    private Task claimLater() {
        database.clock().advance(Duration.ofMinutes(2));
        return tasks.claim();
    }

    private List<TaskAttempt> attempts(Task task) {
        return tasks.queue.attempts.ofTask(task.id(), 0, 10);
    }
}

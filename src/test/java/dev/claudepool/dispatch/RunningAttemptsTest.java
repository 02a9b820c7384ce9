package dev.claudepool.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.claudepool.claude.FailureCode;
import dev.claudepool.claude.FakeProcess;
import dev.claudepool.dispatch.Attempt.StopReason;
import dev.claudepool.slot.TestingSlots;
import dev.claudepool.store.SqliteTestDatabase;
import dev.claudepool.task.Task;
import dev.claudepool.task.TaskAssert;
import dev.claudepool.task.TaskState;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.dao.TransientDataAccessResourceException;

class RunningAttemptsTest {

    @AutoClose
    private final SqliteTestDatabase database = new SqliteTestDatabase();

    private final FakePool pool = new FakePool(database, 1, null);

    @BeforeEach
    void start() throws InterruptedException {
        var _ = pool.idle(1);
    }

    @Test
    void anAnswerIsStoredWithItsCost() throws InterruptedException {
        Task task = pool.queued("hello");

        pool.dispatchAndWait();

        TaskAssert.assertThat(pool.now(task))
                .hasSucceededWith("echo: hello")
                .hasSpent(FakeProcess.COST_OF_ANSWER)
                .hasAttempts(1);
    }

    @Test
    void aSlotIsGivenBackAfterItsTask() throws InterruptedException {
        var _ = pool.queued("hello");

        pool.dispatchAndWait();
        pool.awaitIdle(1);

        assertThat(pool.slots.all().getFirst().view().tasksCompleted()).isOne();
    }

    @Test
    void aTaskIsCancelledWhileItRuns() throws InterruptedException {
        Task task = pool.held("wait");

        var _ = pool.tasks.service.cancel(task.id());
        pool.awaitNoAttempts();

        TaskAssert.assertThat(pool.now(task)).isCancelled();
    }

    @Test
    void aCancellationBetweenTheClaimAndTheStartIsNotMissed() throws InterruptedException {
        pool.cli.hold("wait");
        Task task = pool.queued("wait");

        database.transactions().writing(() -> {
            pool.dispatcher.dispatch();
            var _ = pool.tasks.service.cancel(task.id());
        });
        pool.awaitNoAttempts();

        TaskAssert.assertThat(pool.now(task)).isCancelled();
    }

    @Test
    void aClaimThatIsRolledBackStartsNothing() throws InterruptedException {
        Task task = pool.queued("hello");

        assertThatThrownBy(() -> database.transactions().writing(() -> {
                    pool.dispatcher.dispatch();
                    assertThat(pool.attempts.count()).isOne();
                    throw new IllegalStateException("the claim fails");
                }))
                .hasMessage("the claim fails");

        assertThat(pool.attempts.count()).isZero();
        assertThat(pool.slots.idle()).hasSize(1);
        TaskAssert.assertThat(pool.now(task)).isQueued();
        assertThat(pool.cli.prompts()).isEmpty();
    }

    @Test
    void anEndIsStoredOnceTheStoreWorksAgain() throws InterruptedException {
        AtomicInteger tries = failAtSuccess(2, () -> new TransientDataAccessResourceException("the disk is full"));
        Task task = pool.queued("hello");

        pool.dispatchAndWait();

        assertThat(tries).hasValue(3);
        TaskAssert.assertThat(pool.now(task)).hasSucceededWith("echo: hello").hasSpent(FakeProcess.COST_OF_ANSWER);
    }

    @Test
    void anEndWhoseCommitOnlySeemedToFailIsStoredOnce() throws InterruptedException {
        Task task = pool.held("wait");

        database.failAfterNextCommit();
        pool.cli.awaitPrompt("wait").answer("done");
        pool.awaitNoAttempts();

        TaskAssert.assertThat(pool.now(task)).hasSucceededWith("done").hasSpent(FakeProcess.COST_OF_ANSWER);
    }

    @Test
    void anEndThatCannotBeNotedIsAFailureWithItsCost() throws InterruptedException {
        var _ = failAtSuccess(1000, () -> new IllegalStateException("it cannot be written"));
        Task task = pool.queued("hello", "retries", 0);

        pool.dispatchAndWait();

        TaskAssert.assertThat(pool.now(task)).hasFailedWith("execution-error").hasSpent(FakeProcess.COST_OF_ANSWER);
    }

    @Test
    void anInterruptedTaskWaitsForTheNextStart() throws InterruptedException {
        Task task = pool.held("wait");

        pool.attempts.stopAll(StopReason.INTERRUPTED);
        pool.awaitNoAttempts();

        TaskAssert.assertThat(pool.now(task)).isInterrupted();
    }

    @Test
    void aStopForGoodCancelsTasks() throws InterruptedException {
        Task task = pool.held("wait");

        pool.attempts.stopAll(StopReason.CANCELLED);
        pool.awaitNoAttempts();

        TaskAssert.assertThat(pool.now(task)).isCancelled();
    }

    @Test
    void waitingForTheEndOfAttemptsTakesNoLongerThanItMay() throws InterruptedException {
        var _ = pool.held("wait");

        assertThat(pool.attempts.awaitNone(Duration.ofMillis(1))).isFalse();
        assertThat(pool.attempts.count()).isOne();
    }

    @Test
    void thereIsNothingToWaitForWhereNothingRuns() throws InterruptedException {
        assertThat(pool.attempts.awaitNone(Duration.ZERO)).isTrue();
    }

    @Test
    void aFailureThatMayPassIsTriedAgain() throws InterruptedException {
        pool.cli.on("die", FakeProcess::die);
        Task task = pool.queued("die");

        pool.dispatchAndWait();

        TaskAssert.assertThat(pool.now(task)).isQueued().hasAttempts(1);
    }

    @Test
    void aFailureIsTriedAgainAsOftenAsTheTaskAllows() throws InterruptedException {
        pool.cli.on("die", FakeProcess::die);
        Task task = pool.queued("die");
        pool.dispatchAndWait();
        database.clock().advance(Duration.ofMinutes(1));
        pool.awaitIdle(1);

        pool.dispatchAndWait();

        TaskAssert.assertThat(pool.now(task)).hasFailedWith("cli-exited").hasAttempts(2);
    }

    @Test
    void aTaskThatIsNoRoomForAtTheProviderWaitsWithoutCountingTheAttempt() throws InterruptedException {
        pool.cli.on("overload", process -> process.fail("overloaded"));
        Task task = pool.queued("overload");

        pool.dispatchAndWait();

        TaskAssert.assertThat(pool.now(task))
                .isQueuedUntil(database.monotonicClock().after(Duration.ofSeconds(30)))
                .hasAttempts(0);
        assertThat(pool.tasks.queue.pause.isPaused()).isTrue();
    }

    @Test
    void aRefusalOfTheCredentialsPausesTheQueue() throws InterruptedException {
        pool.cli.on("refused", process -> process.fail("authentication_failed"));
        Task task = pool.queued("refused");

        pool.dispatchAndWait();

        TaskAssert.assertThat(pool.now(task)).hasFailedWith("authentication-failed");
        assertThat(pool.tasks.dispatch.provider.refusal()).contains(FailureCode.AUTHENTICATION_FAILED);
        assertThat(pool.tasks.queue.pause.isPaused()).isTrue();
    }

    @Test
    void twoAttemptsAreNotInASessionAtOnce() throws InterruptedException {
        pool.cli.knows(TestingSlots.SESSION);
        Task task = pool.queued("hello", "session", "slot");
        try (var other = pool.tasks.dispatch.sessions.enter(TestingSlots.SESSION)) {
            assertThat(other.isFirst()).isTrue();
            pool.dispatcher.dispatch();
            assertThat(pool.attempts.awaitNone(Duration.ofMillis(1))).isFalse();
            assertThat(pool.cli.prompts()).isEmpty();
        }

        pool.awaitNoAttempts();

        TaskAssert.assertThat(pool.now(task)).hasSucceededWith("echo: hello");
    }

    @Test
    void anAttemptThatWaitsForItsSessionCanBeCancelled() throws InterruptedException {
        Task task = pool.queued("hello", "session", "slot");
        try (var _ = pool.tasks.dispatch.sessions.enter(TestingSlots.SESSION)) {
            pool.dispatcher.dispatch();

            var _ = pool.tasks.service.cancel(task.id());
            pool.awaitNoAttempts();
        }

        TaskAssert.assertThat(pool.now(task)).isCancelled();
        assertThat(pool.cli.prompts()).isEmpty();
    }

    @Test
    void theSessionOfASlotHasBegunOnceSomethingWasSaidInIt() throws InterruptedException {
        pool.cli.knows(TestingSlots.SESSION);
        var _ = pool.queued("hello", "session", "slot");

        pool.dispatchAndWait();

        assertThat(pool.testingSlots.hasBegun("slot-0")).isTrue();
    }

    @Test
    void theSessionOfASlotHasNotBegunWhereNothingWasSaid() throws InterruptedException {
        pool.cli.on("die", FakeProcess::die);
        pool.cli.knows(TestingSlots.SESSION);
        var _ = pool.queued("die", "session", "slot");

        pool.dispatchAndWait();

        assertThat(pool.testingSlots.hasBegun("slot-0")).isFalse();
    }

    /** Has the first {@code count} tries to note a success fail; returns how many tries there were. */
    private AtomicInteger failAtSuccess(int count, Supplier<RuntimeException> failure) {
        AtomicInteger tries = new AtomicInteger();
        pool.tasks.changes.listen((_, after) -> {
            if (after.state().name() == TaskState.Name.SUCCEEDED && tries.incrementAndGet() <= count) {
                throw failure.get();
            }
        });
        return tries;
    }
}

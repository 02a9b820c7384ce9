package dev.claudepool.slot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.claudepool.budget.Money;
import dev.claudepool.claude.ClaudeProcess;
import dev.claudepool.claude.Failure;
import dev.claudepool.claude.FailureCode;
import dev.claudepool.slot.Slot.AttemptOutcome;
import dev.claudepool.store.SqliteTestDatabase;
import dev.claudepool.task.TaskConfig;
import java.util.UUID;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class SlotTest {

    private static final UUID TASK = UUID.randomUUID();
    private static final Money COST = Money.usd("0.25");

    @AutoClose
    private final SqliteTestDatabase database = new SqliteTestDatabase();

    @AutoClose
    private final OneSlot one = new OneSlot(database);

    private final Slot slot = one.slot;

    @Test
    void isNotTakenBeforeItsProcessIsReady() throws InterruptedException {
        var _ = one.cli.holdStarts();
        slot.start();
        one.cli.awaitStarts(1);

        assertThat(slot.take(TASK)).isFalse();
        assertThat(slot.state()).isEqualTo(new SlotState.Starting());
    }

    @Test
    void isTakenForOneTaskAtATime() throws InterruptedException {
        one.startIdle();

        assertThat(slot.take(TASK)).isTrue();
        assertThat(slot.take(UUID.randomUUID())).isFalse();
        assertThat(slot.view().currentTaskId()).isEqualTo(TASK);
    }

    @Test
    void isIdleAgainWhenItsTaskIsAbandoned() throws InterruptedException {
        one.startIdle();
        assertThat(slot.take(TASK)).isTrue();

        slot.abandon(TASK);

        assertThat(slot.state().name()).isEqualTo(SlotState.Name.IDLE);
        assertThat(one.cli.starts()).hasSize(1);
        assertThat(slot.view().tasksCompleted()).isZero();
    }

    @Test
    void isNotGivenBackForATaskThatIsNotInIt() throws InterruptedException {
        one.startIdle();
        assertThat(slot.take(TASK)).isTrue();

        slot.abandon(UUID.randomUUID());

        assertThat(slot.state()).isEqualTo(new SlotState.Busy(TASK));
    }

    @Test
    void startsAnotherProcessAfterATaskThatUsedUpTheSpare() throws InterruptedException {
        one.startIdle();
        ClaudeProcess process = one.work(TASK);

        slot.release(COST, AttemptOutcome.COMPLETED);
        slot.processes().discard(process);
        one.await(SlotState.Name.IDLE);

        assertThat(one.states.stream().map(SlotState::name))
                .containsExactly(
                        SlotState.Name.IDLE, SlotState.Name.BUSY, SlotState.Name.RESTARTING, SlotState.Name.IDLE);
        assertThat(one.cli.starts()).hasSize(2);
    }

    @Test
    void countsTasksAndAddsUpWhatTheyCost() throws InterruptedException {
        one.startIdle();
        assertThat(slot.take(TASK)).isTrue();
        slot.release(COST, AttemptOutcome.COMPLETED);
        assertThat(slot.take(TASK)).isTrue();
        slot.release(COST, AttemptOutcome.FAILED);

        assertThat(slot.view().tasksCompleted()).isEqualTo(2);
        assertThat(slot.view().spentUsd()).isEqualTo(Money.usd("0.5"));
    }

    @Test
    void isOutOfServiceForAWhileWhenProcessesCrashOneAfterTheOther() throws InterruptedException {
        one.startIdle();
        for (int i = 0; i < 5; i++) {
            assertThat(slot.take(TASK)).isTrue();
            slot.release(COST, AttemptOutcome.CRASHED);
        }
        one.scheduler.runNext();
        one.await(SlotState.Name.IDLE);

        assertThat(one.states)
                .filteredOn(SlotState.Failed.class::isInstance)
                .singleElement()
                .isInstanceOfSatisfying(
                        SlotState.Failed.class,
                        failed -> assertThat(failed.failure().code()).isEqualTo(FailureCode.CRASH_LOOP));
        assertThat(slot.view().restarts()).isEqualTo(5);
    }

    @Test
    void failsWhenItsProcessDoesNotStart() throws InterruptedException {
        var _ = one.cli.failStarts();
        slot.start();
        one.await(SlotState.Name.FAILED);

        assertThat(one.states.getFirst())
                .isInstanceOfSatisfying(
                        SlotState.Failed.class,
                        failed -> assertThat(failed.failure().code()).isEqualTo(FailureCode.CLI_START_FAILED));
    }

    @Test
    void stopsAtOnceWhenItIsDrainedWithoutATask() throws InterruptedException {
        one.startIdle();

        slot.drain();

        assertThat(slot.state()).isEqualTo(new SlotState.Stopped());
        one.cli.awaitNoneLiving();
    }

    @Test
    void keepsItsTaskWhenItIsDrained() throws InterruptedException {
        one.startIdle();
        assertThat(slot.take(TASK)).isTrue();

        slot.drain();
        assertThat(slot.state()).isEqualTo(new SlotState.Draining(TASK));

        slot.release(COST, AttemptOutcome.COMPLETED);
        assertThat(slot.state()).isEqualTo(new SlotState.Stopped());
    }

    @Test
    void staysStopped() throws InterruptedException {
        one.startIdle();
        slot.stop();

        slot.ready();
        slot.startFailed(Failure.of(FailureCode.CLI_START_FAILED, "too late"));

        assertThat(slot.state()).isEqualTo(new SlotState.Stopped());
        assertThat(slot.take(TASK)).isFalse();
    }

    @Test
    void replacesItsSpareWhenItIsSomebodyElse() throws InterruptedException {
        one.startIdle();

        slot.configure(new SlotSettings("reviewer", null, null, TaskConfig.EMPTY));
        one.cli.awaitStarts(2);
        one.await(SlotState.Name.IDLE);

        assertThat(one.cli.living()).hasSize(1);
        assertThat(one.cli.processes().getFirst().isAlive()).isFalse();
    }

    @Test
    void keepsItsSpareWhenThatCanBeSwitched() throws InterruptedException {
        one.startIdle();

        slot.configure(new SlotSettings(
                null, null, null, new TaskConfig("haiku", null, null, null, null, null, null, null, null, null, null)));

        assertThat(slot.state().name()).isEqualTo(SlotState.Name.IDLE);
        assertThat(slot.processes().hasSpareFor(slot.standard())).isTrue();
        assertThat(one.cli.starts()).hasSize(1);
    }

    @Test
    void offersTheSessionOfItsSpareToANewTask() throws InterruptedException {
        one.startIdle();

        assertThat(slot.freshSession(slot.standard()).id())
                .isEqualTo(one.cli.lastStart().session());
    }

    @Test
    void reportsTheCostOfWorkWithoutATask() throws InterruptedException {
        one.startIdle();

        one.cli.processes().getFirst().workAlone();
        one.awaitSpendOutsideTurns();

        assertThat(one.spendOutsideTurns)
                .singleElement()
                .satisfies(spend -> assertThat(spend.usd().toUsd()).isEqualByComparingTo("0.0008"));
        assertThat(one.cli.processes().getFirst().isAlive()).isFalse();
    }
}

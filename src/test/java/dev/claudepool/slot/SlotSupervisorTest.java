package dev.claudepool.slot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.claudepool.store.SqliteTestDatabase;
import java.util.UUID;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class SlotSupervisorTest {

    private static final UUID TASK = UUID.randomUUID();

    @AutoClose
    private final SqliteTestDatabase database = new SqliteTestDatabase();

    @AutoClose
    private final OneSlot one = new OneSlot(database);

    private final Slot slot = one.slot;

    @Test
    void startsASpareAheadInWhichNothingWasSaid() throws InterruptedException {
        one.startIdle();

        assertThat(one.cli.living()).hasSize(1);
        assertThat(one.cli.lastStart().resumed()).isFalse();
        assertThat(one.cli.prompts()).isEmpty();
    }

    @Test
    void triesAgainAfterStartsThatFailed() throws InterruptedException {
        var _ = one.cli.failStarts();
        slot.start();
        one.scheduler.runNext();
        one.scheduler.runNext();
        one.scheduler.awaitScheduled();
        assertThat(slot.state().name()).isEqualTo(SlotState.Name.FAILED);

        var _ = one.cli.letStart();
        one.scheduler.runNext();
        one.await(SlotState.Name.IDLE);

        assertThat(slot.view().restarts()).isEqualTo(3);
        assertThat(one.scheduler.count()).isZero();
    }

    @Test
    void triesAgainWhenASpareDiesAsItWarmsUp() throws InterruptedException {
        one.cli.dieOf("get_context_usage");
        slot.start();
        one.await(SlotState.Name.FAILED);

        one.cli.survive("get_context_usage");
        one.scheduler.runNext();
        one.await(SlotState.Name.IDLE);

        assertThat(one.cli.living()).hasSize(1);
    }

    @Test
    void replacesASpareThatDiesWhileItIsIdle() throws InterruptedException {
        one.startIdle();

        one.cli.processes().getFirst().die();
        one.cli.awaitStarts(2);
        one.await(SlotState.Name.IDLE);

        assertThat(slot.view().restarts()).isOne();
        assertThat(one.cli.living()).hasSize(1);
    }

    @Test
    void startsNoSpareBesideTheBeginningOfATask() throws InterruptedException {
        one.startIdle();
        var _ = one.work(TASK);

        assertThat(slot.mayStartSpare()).isFalse();
        assertThat(one.cli.starts()).hasSize(1);
    }

    @Test
    void startsASpareBesideALongTask() throws InterruptedException {
        one.startIdle();
        var _ = one.work(TASK);

        slot.startSpareBesideTask();
        one.cli.awaitStarts(2);

        assertThat(slot.state()).isEqualTo(new SlotState.Busy(TASK));
    }

    @Test
    void startsNoSpareBesideTheTaskAfterALongOne() throws InterruptedException {
        one.startIdle();
        assertThat(slot.take(TASK)).isTrue();
        slot.startSpareBesideTask();
        slot.abandon(TASK);

        assertThat(slot.take(TASK)).isTrue();

        assertThat(slot.mayStartSpare()).isFalse();
    }

    @Test
    void endsAllProcessesWhenTheSlotStops() throws InterruptedException {
        one.startIdle();
        var _ = one.work(TASK);
        slot.startSpareBesideTask();
        one.cli.awaitStarts(2);

        slot.stop();

        assertThat(one.cli.living()).isEmpty();
        assertThat(slot.isGone()).isTrue();
    }

    @Test
    void endsAProcessThatComesUpWhenTheSlotHasStopped() throws InterruptedException {
        var _ = one.cli.holdStarts();
        slot.start();
        one.cli.awaitStarts(1);
        slot.drain();

        var _ = one.cli.letStart();
        slot.stop();

        assertThat(one.cli.processes()).hasSize(1);
        assertThat(one.cli.living()).isEmpty();
    }

    @Test
    void startsNothingMoreAfterAStop() throws InterruptedException {
        one.startIdle();
        slot.stop();

        slot.refresh(SlotCause.CONTEXT_CHANGED);

        assertThat(slot.isGone()).isTrue();
        assertThat(one.cli.starts()).hasSize(1);
    }
}

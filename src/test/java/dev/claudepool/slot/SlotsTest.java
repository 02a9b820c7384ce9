package dev.claudepool.slot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.claudepool.budget.Money;
import dev.claudepool.problem.ProblemCode;
import dev.claudepool.problem.ProblemException;
import dev.claudepool.queue.IdleSlot;
import dev.claudepool.queue.RequestedSession;
import dev.claudepool.slot.SlotProperties.Isolation;
import dev.claudepool.store.SqliteTestDatabase;
import dev.claudepool.task.StoredTasks;
import dev.claudepool.task.TestingSpecs;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class SlotsTest {

    @AutoClose
    private final SqliteTestDatabase database = new SqliteTestDatabase();

    private final StoredTasks tasks = new StoredTasks(database);
    private final TestingSlots pool = new TestingSlots(database, Isolation.PROCESS);
    private final Slots slots = pool.slots;

    @Test
    void aSlotIsNotIdleBeforeItsProcessIsReady() throws InterruptedException {
        pool.cli.awaitStarts(1);
        assertThat(slots.idle()).isEmpty();

        var _ = pool.cli.letStart();
        pool.awaitIdle(1);

        assertThat(slots.idle()).containsExactly(new IdleSlot("slot-0", null));
    }

    @Test
    void moreSlotsGetTheLowestFreeNumbers() throws InterruptedException {
        idle(3);

        assertThat(ids()).containsExactly("slot-0", "slot-1", "slot-2");
    }

    @Test
    void aNumberThatIsFreeAgainIsUsedAgain() throws InterruptedException {
        idle(2);
        slots.get("slot-0").drain();

        slots.scaleTo(2);

        assertThat(ids()).containsExactly("slot-0", "slot-1");
    }

    @Test
    void idleSlotsWithTheHighestNumbersLeaveFirst() throws InterruptedException {
        idle(3);

        slots.scaleTo(1);

        assertThat(ids()).containsExactly("slot-0");
    }

    @Test
    void slotsWithoutATaskLeaveBeforeThoseWithOne() throws InterruptedException {
        idle(2);
        var _ = lease(Map.of("slot", "slot-1"), new RequestedSession.Fresh());

        slots.scaleTo(1);

        assertThat(ids()).containsExactly("slot-1");
    }

    @Test
    void aSlotThatLeavesStaysUntilItsTaskHasEnded() throws InterruptedException {
        idle(2);
        var _ = lease(Map.of("slot", "slot-0"), new RequestedSession.Fresh());
        SlotLease second = lease(Map.of("slot", "slot-1"), new RequestedSession.Fresh());
        slots.scaleTo(1);
        assertThat(slots.get("slot-1").state().name()).isEqualTo(SlotState.Name.DRAINING);

        second.abandon();

        assertThat(ids()).containsExactly("slot-0");
    }

    @Test
    void aSlotThatLeavesIsNotReplacedByItself() throws InterruptedException {
        idle(1);
        var _ = lease(Map.of(), new RequestedSession.Fresh());
        slots.get("slot-0").drain();

        slots.scaleTo(1);

        assertThat(ids()).containsExactly("slot-0", "slot-1");
    }

    @Test
    void aSlotThatIsStartingLeavesWithItsProcess() throws InterruptedException {
        slots.scaleTo(2);
        pool.cli.awaitStarts(2);

        slots.scaleTo(1);
        var _ = pool.cli.letStart();
        pool.awaitIdle(1);

        assertThat(ids()).containsExactly("slot-0");
    }

    @Test
    void scalingToTheSameNumberChangesNothing() throws InterruptedException {
        idle(2);

        slots.scaleTo(2);

        assertThat(ids()).containsExactly("slot-0", "slot-1");
        assertThat(pool.cli.starts()).hasSize(2);
    }

    @Test
    void aTaskTakesTheSlotThatHasBeenIdleForLongest() throws InterruptedException {
        idle(2);
        SlotLease first = lease(Map.of(), new RequestedSession.Fresh());
        database.clock().advance(Duration.ofSeconds(1));
        first.abandon();

        assertThat(lease(Map.of(), new RequestedSession.Fresh()).slotId()).isEqualTo("slot-1");
    }

    @Test
    void aTaskTakesTheSlotThatKeepsItsSession() throws InterruptedException {
        idle(2);
        pool.cli.knows(TestingSlots.SESSION);
        SlotLease first = lease(Map.of("slot", "slot-0"), new RequestedSession.OfSlot());
        assertThat(first.acquire()).isNotNull();
        database.clock().advance(Duration.ofSeconds(1));
        first.completed(Money.ZERO);
        pool.awaitIdle(2);

        assertThat(lease(Map.of(), new RequestedSession.Existing(TestingSlots.SESSION))
                        .slotId())
                .isEqualTo("slot-0");
    }

    @Test
    void aTaskTakesTheSlotThatItNames() throws InterruptedException {
        idle(2);

        assertThat(lease(Map.of("slot", "slot-1"), new RequestedSession.Fresh()).slotId())
                .isEqualTo("slot-1");
    }

    @Test
    void aTaskTakesASlotOfItsRole() throws InterruptedException {
        idle(2);
        pool.giveRole("slot-1", "reviewer");
        pool.awaitIdle(2);

        assertThat(lease(Map.of("role", "reviewer"), new RequestedSession.Fresh())
                        .slotId())
                .isEqualTo("slot-1");
    }

    @Test
    void noSlotIsLeasedTwice() throws InterruptedException {
        idle(1);
        var _ = lease(Map.of(), new RequestedSession.Fresh());

        assertThat(tryToLease(Map.of(), new RequestedSession.Fresh())).isEmpty();
    }

    @Test
    void aRollbackGivesTheSlotBack() throws InterruptedException {
        idle(1);

        assertThatThrownBy(() -> database.transactions().writing(() -> {
                    assertThat(slots.lease(tasks.inserted(Map.of()), new RequestedSession.Fresh()))
                            .isPresent();
                    throw new IllegalStateException("the claim fails");
                }))
                .hasMessage("the claim fails");

        assertThat(slots.idle()).hasSize(1);
    }

    @Test
    void aRollbackForgetsTheFirstSessionOfASlot() throws InterruptedException {
        idle(2);

        assertThatThrownBy(() -> database.transactions().writing(() -> {
                    assertThat(slots.lease(tasks.inserted(Map.of("slot", "slot-1")), new RequestedSession.OfSlot()))
                            .isPresent();
                    throw new IllegalStateException("the claim fails");
                }))
                .hasMessage("the claim fails");

        assertThat(slots.get("slot-1").session()).isEmpty();
        assertThat(pool.store.sessionOf("slot-1")).isEmpty();
    }

    @Test
    void aTaskThatNoSlotCanEverTakeIsRefused() {
        assertRefused(() -> slots.requireSlotFor(TestingSpecs.spec("slot", "slot-7")), "There is no slot of that id");
        assertRefused(() -> slots.requireSlotFor(TestingSpecs.spec("role", "cook")), "No slot has that role");
        assertRefused(
                () -> slots.requireSlotFor(TestingSpecs.spec(Map.of("slot", "slot-0", "role", "cook"))),
                "That slot does not have that role");
    }

    @Test
    void aTaskForASlotThatIsStartingIsAccepted() {
        assertThatNoException().isThrownBy(() -> slots.requireSlotFor(TestingSpecs.spec("slot", "slot-0")));
    }

    @Test
    void aTaskForARoleThatASlotHasIsAccepted() {
        pool.giveRole("slot-0", "reviewer");

        assertThatNoException().isThrownBy(() -> slots.requireSlotFor(TestingSpecs.spec("role", "reviewer")));
    }

    @Test
    void noTaskIsAcceptedOnceThePoolIsClosed() {
        slots.close();

        assertRefused(() -> slots.requireSlotFor(TestingSpecs.spec(Map.of())), "The pool is stopping");
    }

    @Test
    void aSlotThatIsNotThereIsNotFound() {
        assertThatThrownBy(() -> slots.get("slot-7"))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        problem -> assertThat(problem.code()).isEqualTo(ProblemCode.SLOT_NOT_FOUND));
    }

    @Test
    void knowsWhichSessionsAreInUse() throws InterruptedException {
        idle(1);

        assertThat(slots.isUsing(TestingSlots.SESSION)).isTrue();
        assertThat(slots.isUsing(pool.cli.lastStart().session())).isTrue();
        assertThat(slots.isUsing(UUID.randomUUID())).isFalse();
    }

    @Test
    void aStopEndsAllProcesses() throws InterruptedException {
        idle(3);
        assertThat(slots.processCount()).isEqualTo(3);

        slots.close();
        slots.stop();

        assertThat(slots.processCount()).isZero();
        assertThat(pool.cli.living()).isEmpty();
    }

    @Test
    void slotsAreListedAfterAStop() throws InterruptedException {
        idle(2);

        slots.close();
        slots.stop();

        assertThat(slots.all()).extracting(Slot::state).containsOnly(new SlotState.Stopped());
        assertThat(slots.all()).hasSize(2);
    }

    private void idle(int count) throws InterruptedException {
        var _ = pool.cli.letStart();
        slots.scaleTo(count);
        pool.awaitIdle(count);
    }

    private Iterable<String> ids() {
        return slots.all().stream().map(Slot::id).toList();
    }

    private SlotLease lease(Map<String, Object> members, RequestedSession requested) {
        return tryToLease(members, requested).orElseThrow();
    }

    private Optional<SlotLease> tryToLease(Map<String, Object> members, RequestedSession requested) {
        return database.transactions().write(() -> slots.lease(tasks.inserted(members), requested));
    }

    private static void assertRefused(ThrowingCallable request, String detail) {
        assertThatThrownBy(request)
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        problem -> assertThat(problem.code()).isEqualTo(ProblemCode.NO_SLOTS_AVAILABLE))
                .hasMessageContaining(detail);
    }
}

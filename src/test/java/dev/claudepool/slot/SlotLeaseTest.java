package dev.claudepool.slot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.claudepool.budget.Money;
import dev.claudepool.claude.ClaudeProcess;
import dev.claudepool.claude.FakeProcess;
import dev.claudepool.claude.LaunchResult;
import dev.claudepool.claude.Prompt;
import dev.claudepool.claude.TurnLimits;
import dev.claudepool.claude.TurnResult;
import dev.claudepool.queue.RequestedSession;
import dev.claudepool.slot.SlotProperties.Isolation;
import dev.claudepool.store.SqliteTestDatabase;
import dev.claudepool.task.StoredTasks;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class SlotLeaseTest {

    private static final Money COST = Money.usd("0.25");

    @AutoClose
    private final SqliteTestDatabase database = new SqliteTestDatabase();

    private final StoredTasks tasks = new StoredTasks(database);

    @Test
    void aNewSessionGetsTheSpare() throws InterruptedException {
        TestingSlots pool = idle(Isolation.PROCESS);
        SlotLease lease = lease(pool, new RequestedSession.Fresh());

        assertThat(acquire(lease).sessionId()).isEqualTo(lease.sessionId());

        assertThat(pool.cli.starts()).hasSize(1);
    }

    @Test
    void aProcessIsEndedWithItsTask() throws InterruptedException {
        TestingSlots pool = idle(Isolation.PROCESS);
        SlotLease lease = lease(pool, new RequestedSession.Fresh());
        ClaudeProcess process = work(lease);

        lease.completed(COST);
        pool.awaitIdle(1);

        assertThat(process.isAlive()).isFalse();
        assertThat(slot(pool).view().tasksCompleted()).isOne();
        assertThat(slot(pool).view().spentUsd()).isEqualTo(COST);
    }

    @Test
    void aProcessThatForgetsServesTheNextTask() throws InterruptedException {
        TestingSlots pool = idle(Isolation.CONVERSATION);
        SlotLease lease = lease(pool, new RequestedSession.Fresh());
        ClaudeProcess process = work(lease);

        lease.completed(COST);

        SlotLease next = lease(pool, new RequestedSession.Fresh());
        assertThat(acquire(next)).isSameAs(process);
        assertThat(next.sessionId()).isNotEqualTo(lease.sessionId());
        assertThat(pool.cli.starts()).hasSize(1);
    }

    @Test
    void aProcessIsReplacedOnceItHasHadEnoughTasks() throws InterruptedException {
        TestingSlots pool = idle(Isolation.CONVERSATION);
        for (int i = 0; i < 3; i++) {
            SlotLease lease = lease(pool, new RequestedSession.Fresh());
            ClaudeProcess process = work(lease);
            lease.completed(COST);
            assertThat(process.isAlive()).isEqualTo(i < 2);
        }

        pool.awaitIdle(1);

        assertThat(pool.cli.starts()).hasSize(2);
    }

    @Test
    void aProcessThatDoesNotForgetIsReplaced() throws InterruptedException {
        TestingSlots pool = idle(Isolation.CONVERSATION);
        pool.cli.onClear(FakeProcess::endWithoutAnswer);
        SlotLease lease = lease(pool, new RequestedSession.Fresh());
        ClaudeProcess process = work(lease);

        lease.completed(COST);
        pool.awaitIdle(1);

        assertThat(process.isAlive()).isFalse();
        assertThat(pool.cli.starts()).hasSize(2);
    }

    @Test
    void aProcessIsEndedAfterAFailure() throws InterruptedException {
        TestingSlots pool = idle(Isolation.CONVERSATION);
        SlotLease lease = lease(pool, new RequestedSession.Fresh());
        ClaudeProcess process = work(lease);

        lease.failed(COST);

        assertThat(process.isAlive()).isFalse();
        assertThat(slot(pool).view().restarts()).isZero();
    }

    @Test
    void aCrashIsCounted() throws InterruptedException {
        TestingSlots pool = idle(Isolation.PROCESS);
        SlotLease lease = lease(pool, new RequestedSession.Fresh());
        var _ = acquire(lease);
        pool.cli.processes().getFirst().die();

        lease.crashed(COST);
        pool.awaitIdle(1);

        assertThat(slot(pool).view().restarts()).isOne();
    }

    @Test
    void aProcessThatDiedAfterItsAnswerIsReplaced() throws InterruptedException {
        TestingSlots pool = idle(Isolation.CONVERSATION);
        SlotLease lease = lease(pool, new RequestedSession.Fresh());
        var _ = work(lease);
        pool.cli.processes().getFirst().die();

        lease.completed(COST);
        pool.awaitIdle(1);

        assertThat(pool.cli.starts()).hasSize(2);
    }

    @Test
    void anAbandonedLeaseLeavesTheSpare() throws InterruptedException {
        TestingSlots pool = idle(Isolation.PROCESS);
        SlotLease lease = lease(pool, new RequestedSession.Fresh());

        lease.abandon();

        assertThat(pool.slots.idle()).hasSize(1);
        assertThat(slot(pool).view().tasksCompleted()).isZero();
        assertThat(pool.cli.starts()).hasSize(1);
    }

    @Test
    void theProcessOfTheSlotsSessionStays() throws InterruptedException {
        TestingSlots pool = idle(Isolation.PROCESS);
        pool.cli.knows(TestingSlots.SESSION);
        SlotLease first = lease(pool, new RequestedSession.OfSlot());
        ClaudeProcess process = work(first);
        first.completed(COST);
        assertThat(first.sessionId()).isEqualTo(TestingSlots.SESSION);
        assertThat(pool.cli.lastStart().resumed()).isTrue();

        pool.awaitIdle(1);
        SlotLease second = lease(pool, new RequestedSession.OfSlot());

        assertThat(acquire(second)).isSameAs(process);
    }

    @Test
    void theFirstSessionOfASlotIsStored() throws InterruptedException {
        TestingSlots pool = idle(Isolation.PROCESS);
        slot(pool).setSession(null);

        SlotLease lease = lease(pool, new RequestedSession.OfSlot());

        assertThat(pool.store.sessionOf("slot-0")).contains(new SlotSession(lease.sessionId(), false));
        assertThat(slot(pool).session()).contains(new SlotSession(lease.sessionId(), false));
        assertThat(lease.isSessionEmpty()).isTrue();
    }

    @Test
    void aSessionInWhichSomethingWasSaidIsNotEmpty() throws InterruptedException {
        TestingSlots pool = idle(Isolation.PROCESS);
        SlotLease lease = lease(pool, new RequestedSession.OfSlot());
        assertThat(lease.isSessionEmpty()).isTrue();

        database.transactions().writing(() -> pool.slots.sessionBegan(TestingSlots.SESSION));

        assertThat(lease.isSessionEmpty()).isFalse();
        assertThat(pool.store.sessionOf("slot-0")).contains(new SlotSession(TestingSlots.SESSION, true));
    }

    @Test
    void onlyTheSessionOfAnInterruptedTaskMayBeEmpty() throws InterruptedException {
        TestingSlots pool = idle(Isolation.PROCESS);
        UUID session = UUID.randomUUID();

        assertThat(emptiness(pool, new RequestedSession.Interrupted(session))).isTrue();
        assertThat(emptiness(pool, new RequestedSession.Existing(session))).isFalse();
        assertThat(emptiness(pool, new RequestedSession.Gone())).isFalse();
        assertThat(emptiness(pool, new RequestedSession.Fresh())).isFalse();
    }

    @Test
    void aSessionThatTheCliDoesNotKnowIsBegunUnderTheSameId() throws InterruptedException {
        TestingSlots pool = idle(Isolation.PROCESS);
        UUID session = UUID.randomUUID();
        SlotLease lease = lease(pool, new RequestedSession.Existing(session));
        assertThat(lease.acquire()).isInstanceOf(LaunchResult.Failed.class);

        lease.restartSession();

        assertThat(acquire(lease).sessionId()).isEqualTo(session);
        assertThat(pool.cli.lastStart().resumed()).isFalse();
    }

    @Test
    void aSessionThatCannotBeResumedIsReplacedByThatOfTheSpare() throws InterruptedException {
        TestingSlots pool = idle(Isolation.PROCESS);
        UUID spare = pool.cli.lastStart().session();
        SlotLease lease = lease(pool, new RequestedSession.Interrupted(UUID.randomUUID()));
        assertThat(lease.acquire()).isInstanceOf(LaunchResult.Failed.class);

        lease.replaceSession();

        assertThat(lease.sessionId()).isEqualTo(spare);
        assertThat(acquire(lease).sessionId()).isEqualTo(spare);
    }

    @Test
    void aSpareIsStartedBesideALongTurn() throws InterruptedException {
        TestingSlots pool = idle(Isolation.PROCESS);
        SlotLease lease = lease(pool, new RequestedSession.Fresh());
        var _ = acquire(lease);

        lease.onLongTurn();
        pool.cli.awaitStarts(2);

        assertThat(slot(pool).state().name()).isEqualTo(SlotState.Name.BUSY);
    }

    @Test
    void noSpareIsStartedBesideAProcessThatServesAgain() throws InterruptedException {
        TestingSlots pool = idle(Isolation.CONVERSATION);
        SlotLease lease = lease(pool, new RequestedSession.Fresh());
        var _ = acquire(lease);

        lease.onLongTurn();

        assertThat(slot(pool).mayStartSpare()).isFalse();
    }

    @Test
    void aSessionHasOneProcessAtATime() throws InterruptedException {
        TestingSlots pool = idle(Isolation.PROCESS);
        pool.cli.knows(TestingSlots.SESSION);
        SlotLease first = lease(pool, new RequestedSession.OfSlot());
        ClaudeProcess held = work(first);
        first.completed(COST);
        pool.slots.scaleTo(2);
        pool.awaitIdle(2);

        SlotLease second = lease(pool, new RequestedSession.Existing(TestingSlots.SESSION), Map.of("slot", "slot-1"));
        ClaudeProcess resumed = acquire(second);

        assertThat(second.slotId()).isEqualTo("slot-1");
        assertThat(resumed.sessionId()).isEqualTo(TestingSlots.SESSION);
        assertThat(held.isAlive()).isFalse();
    }

    @Test
    void aProcessThatIsDiscardedIsGone() throws InterruptedException {
        TestingSlots pool = idle(Isolation.PROCESS);
        SlotLease lease = lease(pool, new RequestedSession.Fresh());
        ClaudeProcess process = acquire(lease);

        lease.discardProcess();

        assertThat(process.isAlive()).isFalse();
        assertThat(pool.slots.processCount()).isZero();
    }

    private TestingSlots idle(Isolation isolation) throws InterruptedException {
        TestingSlots pool = new TestingSlots(database, isolation);
        var _ = pool.cli.letStart();
        pool.awaitIdle(1);
        return pool;
    }

    private SlotLease lease(TestingSlots pool, RequestedSession requested) {
        return lease(pool, requested, Map.of());
    }

    private SlotLease lease(TestingSlots pool, RequestedSession requested, Map<String, Object> members) {
        return database.transactions()
                .write(() -> pool.slots.lease(tasks.inserted(members), requested))
                .orElseThrow();
    }

    private boolean emptiness(TestingSlots pool, RequestedSession requested) {
        SlotLease lease = lease(pool, requested);
        boolean empty = lease.isSessionEmpty();
        lease.abandon();
        return empty;
    }

    private static Slot slot(TestingSlots pool) {
        return pool.slots.get("slot-0");
    }

    private static ClaudeProcess acquire(SlotLease lease) throws InterruptedException {
        return switch (lease.acquire()) {
            case LaunchResult.Ready(ClaudeProcess process) -> process;
            case LaunchResult.Failed(var failure) -> throw new AssertionError(failure.message());
        };
    }

    /** The process of the lease, which has answered a prompt. */
    private static ClaudeProcess work(SlotLease lease) throws InterruptedException {
        ClaudeProcess process = acquire(lease);
        assertThat(process.begin(new Prompt("hello", false), new TurnLimits(Duration.ofSeconds(20), null), _ -> {})
                        .await())
                .isInstanceOf(TurnResult.Completed.class);
        return process;
    }
}

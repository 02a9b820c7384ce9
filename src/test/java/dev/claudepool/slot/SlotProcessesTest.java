package dev.claudepool.slot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.claudepool.claude.ClaudeProcess;
import dev.claudepool.claude.FakeCli;
import dev.claudepool.claude.FakeProcess;
import dev.claudepool.claude.LaunchResult;
import dev.claudepool.claude.LaunchSpec;
import dev.claudepool.claude.PermissionMode;
import dev.claudepool.claude.Prompt;
import dev.claudepool.claude.SessionStart;
import dev.claudepool.claude.StubCli;
import dev.claudepool.claude.TurnLimits;
import dev.claudepool.claude.TurnResult;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SlotProcessesTest {

    private final FakeCli cli = new FakeCli();
    private final CountDownLatch lost = new CountDownLatch(1);
    private final SlotProcesses processes = new SlotProcesses("slot-0", cli.launcher(), lost::countDown, spend -> {});
    private final LaunchSpec spec = StubCli.spec(cli.workingDirectory());
    private final LaunchSpec other = new LaunchSpec(
            cli.workingDirectory(),
            "You are another.",
            null,
            null,
            PermissionMode.PLAN,
            List.of(),
            List.of(),
            null,
            null,
            null,
            null);

    @AfterEach
    void close() {
        processes.closeAll();
    }

    @Test
    void theSpareServesWhoNeedsWhatItWasStartedFor() throws InterruptedException {
        UUID spare = startSpare().sessionId();

        assertThat(processes.spareFor(spec)).contains(spare);
        assertThat(processes.spareFor(other)).isEmpty();
    }

    @Test
    void aNewSpareTakesThePlaceOfOneThatCannotServe() throws InterruptedException {
        ClaudeProcess first = startSpare();

        assertThat(processes.startSpare(other)).isInstanceOf(LaunchResult.Ready.class);

        assertThat(first.isAlive()).isFalse();
        assertThat(processes.hasSpareFor(other)).isTrue();
        assertThat(processes.count()).isOne();
    }

    @Test
    void theSpareIsGivenToTheTaskThatKnowsItsSession() throws InterruptedException {
        ClaudeProcess spare = startSpare();

        assertThat(acquire(spec, new SessionStart.Fresh(spare.sessionId()))).isSameAs(spare);

        assertThat(processes.hasSpareFor(spec)).isFalse();
        assertThat(cli.starts()).hasSize(1);
    }

    @Test
    void aSpareIsGivenOnce() throws InterruptedException {
        ClaudeProcess spare = startSpare();
        var _ = acquire(spec, new SessionStart.Fresh(spare.sessionId()));

        assertThat(acquire(spec, new SessionStart.Fresh(UUID.randomUUID()))).isNotSameAs(spare);
    }

    @Test
    void anotherSessionGetsAProcessOfItsOwn() throws InterruptedException {
        ClaudeProcess spare = startSpare();
        UUID session = UUID.randomUUID();

        assertThat(acquire(spec, new SessionStart.Fresh(session)).sessionId()).isEqualTo(session);
        assertThat(spare.isAlive()).isTrue();
    }

    @Test
    void aSessionThatExistsIsResumed() throws InterruptedException {
        UUID session = UUID.randomUUID();
        cli.knows(session);

        var _ = acquire(spec, new SessionStart.Resume(session));

        assertThat(cli.lastStart().session()).isEqualTo(session);
        assertThat(cli.lastStart().resumed()).isTrue();
    }

    @Test
    void aSpareThatHasDiedIsNotGiven() throws InterruptedException {
        ClaudeProcess spare = startSpare();
        cli.processes().getFirst().die();

        ClaudeProcess given = acquire(spec, new SessionStart.Fresh(spare.sessionId()));

        assertThat(given).isNotSameAs(spare);
        assertThat(given.isAlive()).isTrue();
    }

    @Test
    void aSpareThatDiesIsReported() throws InterruptedException {
        var _ = startSpare();

        cli.processes().getFirst().die();

        assertThat(lost.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(processes.hasSpareFor(spec)).isFalse();
    }

    @Test
    void aConversationThatIsKeptIsGivenToTheNextTaskInIt() throws InterruptedException {
        ClaudeProcess kept = keepConversation();

        assertThat(processes.holdsSession(kept.sessionId())).isTrue();
        assertThat(acquire(spec, new SessionStart.Resume(kept.sessionId()))).isSameAs(kept);
        assertThat(processes.holdsSession(kept.sessionId())).isFalse();
    }

    @Test
    void aConversationThatCannotServeIsResumedByAnotherProcess() throws InterruptedException {
        ClaudeProcess kept = keepConversation();

        ClaudeProcess given = acquire(other, new SessionStart.Resume(kept.sessionId()));

        assertThat(given.sessionId()).isEqualTo(kept.sessionId());
        assertThat(kept.isAlive()).isFalse();
    }

    @Test
    void aConversationThatHasDiedIsResumedByAnotherProcess() throws InterruptedException {
        ClaudeProcess kept = keepConversation();
        cli.processes().getFirst().die();

        assertThat(acquire(spec, new SessionStart.Resume(kept.sessionId()))).isNotSameAs(kept);
        assertThat(cli.lastStart().resumed()).isTrue();
    }

    @Test
    void theConversationGivesWayToAThirdProcess() throws InterruptedException {
        ClaudeProcess kept = keepConversation();
        var _ = startSpare();

        var _ = acquire(spec, new SessionStart.Fresh(UUID.randomUUID()));

        assertThat(kept.isAlive()).isFalse();
        assertThat(processes.count()).isEqualTo(2);
    }

    @Test
    void aConversationThatIsClosedLeavesNoProcess() throws InterruptedException {
        ClaudeProcess kept = keepConversation();

        processes.closeSessionProcess();

        assertThat(kept.isAlive()).isFalse();
        assertThat(processes.count()).isZero();
    }

    @Test
    void aProcessThatForgotItsTaskIsTheNextSpare() throws InterruptedException {
        ClaudeProcess used = used();
        UUID before = used.sessionId();

        processes.recycle(used);

        assertThat(processes.spareFor(spec)).get().isEqualTo(used.sessionId()).isNotEqualTo(before);
        assertThat(cli.starts()).hasSize(1);
    }

    @Test
    void aProcessThatDidNotForgetItsTaskIsEnded() throws InterruptedException {
        cli.onClear(FakeProcess::endWithoutAnswer);
        ClaudeProcess used = used();

        processes.recycle(used);

        assertThat(used.isAlive()).isFalse();
        assertThat(processes.hasSpareFor(spec)).isFalse();
    }

    @Test
    void aProcessThatTakesTheClearingForAPromptIsEnded() throws InterruptedException {
        cli.onClear(process -> process.answer("not cleared"));
        ClaudeProcess used = used();

        processes.recycle(used);

        assertThat(used.isAlive()).isFalse();
    }

    @Test
    void aUsedProcessIsEndedWhenThereIsASpareAlready() throws InterruptedException {
        ClaudeProcess used = used();
        ClaudeProcess spare = startSpare();

        processes.recycle(used);

        assertThat(used.isAlive()).isFalse();
        assertThat(processes.spareFor(spec)).contains(spare.sessionId());
    }

    @Test
    void startsThatFailLeaveRoomForOthers() throws InterruptedException {
        var _ = cli.failStarts();
        for (int i = 0; i < 3; i++) {
            assertThat(processes.startSpare(spec)).isInstanceOf(LaunchResult.Failed.class);
        }

        var _ = cli.letStart();

        assertThat(startSpare().isAlive()).isTrue();
    }

    @Test
    void aSpareThatCannotWarmUpIsNone() throws InterruptedException {
        cli.dieOf("get_context_usage");

        assertThat(processes.startSpare(spec)).isInstanceOf(LaunchResult.Failed.class);
        assertThat(processes.hasSpareFor(spec)).isFalse();
        assertThat(processes.count()).isZero();
    }

    @Test
    void aCliThatRefusesToWarmUpIsOnlySlower() throws InterruptedException {
        cli.refuse("get_context_usage");

        assertThat(startSpare().isAlive()).isTrue();
    }

    @Test
    void knowsTheSessionsThatItsProcessesAreIn() throws InterruptedException {
        UUID session = startSpare().sessionId();

        assertThat(processes.isIn(session)).isTrue();
        assertThat(processes.isIn(UUID.randomUUID())).isFalse();
    }

    @Test
    void allProcessesAreEnded() throws InterruptedException {
        var _ = used();
        var _ = startSpare();

        processes.closeAll();

        assertThat(processes.count()).isZero();
        assertThat(cli.living()).isEmpty();
    }

    private ClaudeProcess startSpare() throws InterruptedException {
        return process(processes.startSpare(spec));
    }

    private ClaudeProcess acquire(LaunchSpec wanted, SessionStart session) throws InterruptedException {
        return process(processes.acquire(wanted, session));
    }

    private static ClaudeProcess process(LaunchResult result) {
        return switch (result) {
            case LaunchResult.Ready(ClaudeProcess process) -> process;
            case LaunchResult.Failed(var failure) -> throw new AssertionError(failure.message());
        };
    }

    /** A process that has answered a prompt. */
    private ClaudeProcess used() throws InterruptedException {
        ClaudeProcess process = acquire(spec, new SessionStart.Fresh(UUID.randomUUID()));
        assertThat(process.begin(new Prompt("hello", false), new TurnLimits(Duration.ofSeconds(20), null), _ -> {})
                        .await())
                .isInstanceOf(TurnResult.Completed.class);
        return process;
    }

    private ClaudeProcess keepConversation() throws InterruptedException {
        ClaudeProcess process = used();
        processes.keep(process);
        return process;
    }
}

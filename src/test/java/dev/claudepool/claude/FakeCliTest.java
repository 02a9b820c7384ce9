package dev.claudepool.claude;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The fake that other tests rely on: the parts of the service take it for the CLI. */
class FakeCliTest {

    private static final Duration LONG = Duration.ofSeconds(20);

    private final FakeCli cli = new FakeCli();
    private final LaunchSpec spec = StubCli.spec(cli.workingDirectory());
    private final List<ClaudeProcess> started = new ArrayList<>();

    @AfterEach
    void close() {
        started.forEach(ClaudeProcess::close);
    }

    @Test
    void answersPromptsAndReportsTheirCost() throws InterruptedException {
        TurnResult result = begin(start(), "hello").await();

        assertThat(result).isInstanceOfSatisfying(TurnResult.Completed.class, completed -> {
            assertThat(completed.answer().output()).isEqualTo("echo: hello");
            assertThat(completed.spend().usd().toUsd()).isEqualByComparingTo(FakeProcess.COST_OF_ANSWER);
        });
        assertThat(cli.prompts()).containsExactly("hello");
    }

    @Test
    void recordsTheSessionAndTheModelOfAStart() {
        UUID session = UUID.randomUUID();

        start(new SessionStart.Fresh(session));

        assertThat(cli.lastStart()).isEqualTo(new FakeCli.Start(session, false, Optional.empty()));
    }

    @Test
    void holdsATurnUntilItIsAnswered() throws InterruptedException {
        cli.hold("wait");
        Turn turn = begin(start(), "wait");
        cli.awaitPrompt("wait").answer("at last");

        assertThat(turn.await())
                .isInstanceOfSatisfying(
                        TurnResult.Completed.class,
                        completed -> assertThat(completed.answer().output()).isEqualTo("at last"));
    }

    @Test
    void endsAHeldTurnWhenItIsInterrupted() throws InterruptedException {
        cli.hold("wait");
        Turn turn = begin(start(), "wait");
        var _ = cli.awaitPrompt("wait");
        turn.cancel();

        assertThat(turn.await()).isInstanceOf(TurnResult.Cancelled.class);
    }

    @Test
    void killsATurnThatHangs() throws InterruptedException {
        cli.on("hang", FakeProcess::hang);
        Turn turn = begin(start(), "hang");
        turn.cancel();

        assertThat(turn.await()).isInstanceOf(TurnResult.Cancelled.class);
        assertThat(cli.living()).isEmpty();
    }

    @Test
    void diesInATurn() throws InterruptedException {
        cli.on("die", FakeProcess::die);

        assertThat(codeOf(begin(start(), "die").await())).isEqualTo(FailureCode.CLI_EXITED);
    }

    @Test
    void failsTurnsAsTheApiDoes() throws InterruptedException {
        cli.on("a", process -> process.fail("authentication_failed"));
        cli.on("b", process -> process.fail("rate_limit"));
        cli.on("c", process -> process.fail("overloaded"));
        ClaudeProcess process = start();

        assertThat(codeOf(begin(process, "a").await())).isEqualTo(FailureCode.AUTHENTICATION_FAILED);
        assertThat(codeOf(begin(process, "b").await())).isEqualTo(FailureCode.RATE_LIMITED);
        assertThat(codeOf(begin(process, "c").await())).isEqualTo(FailureCode.OVERLOADED);
    }

    @Test
    void forgetsItsConversation() throws InterruptedException {
        ClaudeProcess process = start();
        UUID before = process.sessionId();
        var _ = begin(process, "hello").await();

        assertThat(process.clear()).isEmpty();
        assertThat(process.sessionId()).isNotEqualTo(before);
        assertThat(process.isPristine()).isTrue();
    }

    @Test
    void refusesToForgetItsConversation() throws InterruptedException {
        cli.onClear(FakeProcess::endWithoutAnswer);

        assertThat(start().clear()).isPresent();
    }

    @Test
    void doesNotKnowASessionInWhichNothingWasSaid() {
        assertThat(codeOf(cli.launcher().launch(spec, new SessionStart.Resume(UUID.randomUUID()), "slot-0")))
                .isEqualTo(FailureCode.SESSION_NOT_FOUND);
    }

    @Test
    void resumesASessionInWhichSomethingWasSaid() throws InterruptedException {
        ClaudeProcess first = start();
        var _ = begin(first, "hello").await();

        assertThat(start(new SessionStart.Resume(first.sessionId())).sessionId())
                .isEqualTo(first.sessionId());
        assertThat(cli.lastStart().resumed()).isTrue();
    }

    @Test
    void failsToStart() {
        cli.failStarts();

        assertThat(codeOf(cli.launcher().launch(spec, new SessionStart.Fresh(UUID.randomUUID()), "slot-0")))
                .isEqualTo(FailureCode.CLI_START_FAILED);
    }

    @Test
    void holdsAStartUntilItIsLet() throws InterruptedException {
        cli.holdStarts();
        Thread starter = Thread.ofVirtual().start(() -> start());
        cli.awaitStarts(1);
        assertThat(cli.processes()).isEmpty();

        cli.letStart();
        starter.join();

        assertThat(cli.living()).hasSize(1);
    }

    @Test
    void endsWhenItsInputIsClosed() {
        ClaudeProcess process = start();
        process.close();

        assertThat(cli.processes().getFirst().exitValue()).isZero();
        assertThat(process.isAlive()).isFalse();
    }

    @Test
    void hasNoPidOfARealProcess() {
        assertThat(ProcessHandle.of(start().pid())).isEmpty();
    }

    private ClaudeProcess start() {
        return start(new SessionStart.Fresh(UUID.randomUUID()));
    }

    private ClaudeProcess start(SessionStart session) {
        return switch (cli.launcher().launch(spec, session, "slot-0")) {
            case LaunchResult.Ready(ClaudeProcess process) -> {
                started.add(process);
                yield process;
            }
            case LaunchResult.Failed(Failure failure) -> throw new AssertionError(failure.message());
        };
    }

    private static Turn begin(ClaudeProcess process, String prompt) {
        return process.begin(new Prompt(prompt, false), new TurnLimits(LONG, null), event -> {});
    }

    private static @Nullable FailureCode codeOf(TurnResult result) {
        return result instanceof TurnResult.Failed(Failure failure, var _) ? failure.code() : null;
    }

    private static @Nullable FailureCode codeOf(LaunchResult result) {
        return result instanceof LaunchResult.Failed(Failure failure) ? failure.code() : null;
    }
}

package dev.claudepool.claude;

import static dev.claudepool.claude.Stubs.LONG;
import static dev.claudepool.claude.Stubs.ask;
import static dev.claudepool.claude.Stubs.failure;
import static dev.claudepool.claude.Stubs.limits;
import static dev.claudepool.claude.Stubs.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.claudepool.budget.Money;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class TurnTest {

    private static final Executor VIRTUAL = Thread::startVirtualThread;

    @TempDir
    Path directory;

    private @Nullable Stubs stubs;

    @AfterEach
    void endStubs() {
        if (stubs != null) {
            stubs.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"STUB:noise", "STUB:split-utf8 \u00e4\u20ac\uD83D\uDE00", "STUB:big 20", "STUB:background"})
    void oddOutputDoesNotHideTheAnswer(String prompt) throws InterruptedException {
        String output = ask(start(), prompt);

        switch (prompt) {
            case "STUB:noise" -> assertThat(output).isEqualTo("after the noise");
            case "STUB:big 20" -> assertThat(output).hasSize(20 << 20);
            case "STUB:background" -> assertThat(output).isEqualTo("of the prompt");
            default -> assertThat(output).isEqualTo("\u00e4\u20ac\uD83D\uDE00");
        }
    }

    @Test
    void whatThrowsInATurnFailsItAndItsCostIsKnown() throws InterruptedException {
        ClaudeProcess process = start();

        TurnResult ending = process.begin(new Prompt("STUB:spend 0.5 30000", false), limits(LONG), event -> {
                    throw new IllegalStateException("of the listener");
                })
                .await();

        assertThat(ending).satisfies(hasCode(FailureCode.EXECUTION_ERROR));
        assertThat(ending.spend().usd()).isEqualTo(Money.usd("0.5001"));
        assertThat(ask(process, "and now")).isEqualTo("echo: and now");
    }

    @Test
    void aLineBeyondTheLimitFailsTheTurnButNotTheProcess() throws InterruptedException {
        ClaudeProcess process = start();

        TurnResult ending = run(process, "STUB:big 33");

        assertThat(ending).satisfies(hasCode(FailureCode.OUTPUT_TOO_LARGE));
    }

    @Test
    void secondResultOfAnEarlierTurnIsNotTheResultOfTheNext() throws InterruptedException {
        ClaudeProcess process = start();
        assertThat(ask(process, "STUB:late-result")).isEqualTo("the first");

        TurnResult ending = run(process, "STUB:deltas 1000 20");

        assertThat(ending).satisfies(hasCode(FailureCode.EXECUTION_ERROR));
        assertThat(ending.spend().usd()).isGreaterThan(Money.ZERO);
    }

    @Timeout(300)
    @ParameterizedTest
    @CsvSource({"STUB:spree silent, CLI_SILENT", "STUB:spree refused, EXECUTION_ERROR"})
    void aTurnThatHidesWhatItSpendsDoesNotPassItsLimitForLong(String prompt, FailureCode code)
            throws InterruptedException {
        TurnResult ending = start().begin(
                        new Prompt(prompt, false),
                        new TurnLimits(LONG.multipliedBy(10), Money.usd("0.50")),
                        new Recorder())
                .await();

        assertThat(ending).satisfies(hasCode(code));
    }

    @ParameterizedTest
    @CsvSource({
        "STUB:error 400, API_ERROR",
        "STUB:error 401, AUTHENTICATION_FAILED",
        "STUB:error 429, RATE_LIMITED",
        "STUB:error 529, OVERLOADED",
        "STUB:fail error_max_turns, MAX_TURNS_REACHED",
        "STUB:fail error_during_execution, EXECUTION_ERROR",
        "STUB:ended prompt_too_long, TASK_FAILED",
        "STUB:blank, TASK_FAILED"
    })
    void aFailedTurnLeavesTheProcessAlive(String prompt, FailureCode code) throws InterruptedException {
        ClaudeProcess process = start();

        assertThat(run(process, prompt)).satisfies(hasCode(code));
        assertThat(ask(process, "next")).isEqualTo("echo: next");
    }

    @ParameterizedTest
    @ValueSource(strings = {"STUB:die-mid-line", "STUB:exit 0", "STUB:close-stdout", "STUB:grandchildren-exit"})
    void theEndOfTheProcessEndsTheTurn(String prompt) throws InterruptedException {
        ClaudeProcess process = start();

        assertThat(run(process, prompt)).satisfies(hasCode(FailureCode.CLI_EXITED));
        assertThat(process.isAlive()).isFalse();
    }

    @Test
    void exitCodeAndTheEndOfStderrAreReported() throws InterruptedException {
        assertThat(failure(run(start(), "STUB:exit 7")))
                .isNotNull()
                .returns(7, Failure::exitCode)
                .returns("stub exits", Failure::stderr);
        assertThat(failure(run(start(), "STUB:stderr-flood 2000")))
                .isNotNull()
                .extracting(Failure::stderr)
                .asString()
                .endsWith("the end")
                .hasSizeBetween(4000, 4096);
    }

    @Test
    void silenceEndsATurn() throws InterruptedException {
        ClaudeProcess process = start(Duration.ofMillis(600));

        TurnResult ending = run(process, "STUB:silence");

        assertThat(ending).satisfies(hasCode(FailureCode.CLI_SILENT));
        assertThat(ending.spend().usd()).isEqualTo(Money.usd("0.0009"));
        assertThat(ending.spend().estimated()).isFalse();
    }

    @Test
    void anApiThatDoesNotBeginToAnswerEndsATurn() throws InterruptedException {
        assertThat(run(start(Duration.ofMillis(600)), "STUB:no-first-byte"))
                .satisfies(hasCode(FailureCode.FIRST_BYTE_TIMEOUT));
    }

    @Test
    void anAnnouncedRetryIsNotSilence() throws InterruptedException {
        Recorder events = new Recorder();

        TurnResult ending = start(Duration.ofMillis(600))
                .begin(new Prompt("STUB:retry rate_limit 1000", false), limits(LONG), events)
                .await();

        assertThat(ending).isInstanceOf(TurnResult.Completed.class);
        assertThat(events.all(TurnEvent.Retry.class))
                .containsExactly(new TurnEvent.Retry("rate_limit", null, 1, 10, Duration.ofSeconds(1)));
    }

    @ParameterizedTest
    @CsvSource({"authentication_failed, AUTHENTICATION_FAILED", "billing_error, BILLING_ERROR"})
    void retriesThatCannotHelpAreNotWaitedFor(String error, FailureCode code) throws InterruptedException {
        ClaudeProcess process = start();

        assertThat(run(process, "STUB:retry " + error + " 30000")).satisfies(hasCode(code));
        assertThat(ask(process, "next")).isEqualTo("echo: next");
    }

    @Test
    void aLimitHasTheTimeToRetry() throws InterruptedException {
        assertThat(failure(run(start(), "STUB:limit 1900000000")))
                .isNotNull()
                .returns(FailureCode.RATE_LIMITED, Failure::code)
                .returns(Instant.ofEpochSecond(1_900_000_000), Failure::retryAt);
    }

    @Test
    void theLimitOfTimeIsKept() throws InterruptedException {
        ClaudeProcess process = start();
        Turn turn =
                process.begin(new Prompt("STUB:deltas 1000 20", false), limits(Duration.ofMillis(400)), new Recorder());

        assertThat(turn.await()).satisfies(hasCode(FailureCode.TASK_TIMED_OUT));
        assertThat(ask(process, "next")).isEqualTo("echo: next");
    }

    @Test
    void theLimitOfMoneyIsKept() throws InterruptedException {
        ClaudeProcess process = start();
        Recorder events = new Recorder();
        TurnLimits limits = new TurnLimits(LONG, Money.usd("0.50"));

        TurnResult ending = process.begin(new Prompt("STUB:spend 0.51 30000", false), limits, events)
                .await();

        assertThat(ending).satisfies(hasCode(FailureCode.BUDGET_EXCEEDED));
        assertThat(ending.spend().usd()).isEqualTo(Money.usd("0.5101"));
        assertThat(events.all(TurnEvent.Spent.class))
                .anySatisfy(spent -> assertThat(spent.spend().usd()).isEqualTo(Money.usd("0.51")));
    }

    @Test
    void anAnswerThatCostTooMuchIsAFailureToo() throws InterruptedException {
        TurnLimits limits = new TurnLimits(LONG, Money.usd("0.0005"));

        TurnResult ending =
                start().begin(new Prompt("dear", false), limits, new Recorder()).await();

        assertThat(ending).satisfies(hasCode(FailureCode.BUDGET_EXCEEDED));
    }

    @Test
    void permissionIsDenied() throws InterruptedException {
        assertThat(ask(start(), "STUB:ask-permission")).isEqualTo("deny");
    }

    @Test
    void aTurnIsCancelledInTheMiddle() throws InterruptedException {
        ClaudeProcess process = start();
        Recorder events = new Recorder();
        Turn turn = process.begin(new Prompt("STUB:deltas 1000 20", false), limits(LONG), events);
        CompletableFuture<TurnResult> ending = awaiting(turn);
        await().until(() -> events.has(TurnEvent.Delta.class));

        turn.cancel();
        turn.cancel();

        assertThat(ending)
                .succeedsWithin(Duration.ofSeconds(10))
                .isInstanceOfSatisfying(
                        TurnResult.Cancelled.class,
                        cancelled -> assertThat(cancelled.spend().usd()).isEqualTo(Money.usd("0.0001")));
        assertThat(ask(process, "next")).isEqualTo("echo: next");
    }

    @Test
    void aTurnThatIsCancelledBeforeItStartsDoesNotRun() throws InterruptedException {
        ClaudeProcess process = start();
        Turn turn = process.begin(new Prompt("STUB:sleep 20000", false), limits(LONG), new Recorder());
        turn.cancel();

        assertThat(turn.await()).isInstanceOf(TurnResult.Cancelled.class);
        assertThat(ask(process, "next")).isEqualTo("echo: next");
    }

    @Test
    void aProcessThatIgnoresInterruptsIsKilledAndItsSpendEstimated() throws InterruptedException {
        ClaudeProcess process = start();
        Recorder events = new Recorder();
        Turn turn = process.begin(new Prompt("STUB:ignore-signals", false), limits(LONG), events);
        CompletableFuture<TurnResult> ending = awaiting(turn);
        await().until(() -> events.has(TurnEvent.Spent.class));

        turn.cancel();

        assertThat(ending).succeedsWithin(Duration.ofSeconds(10)).satisfies(cancelled -> {
            assertThat(cancelled).isInstanceOf(TurnResult.Cancelled.class);
            assertThat(cancelled.spend().usd()).isEqualTo(Money.usd("0.0008"));
            assertThat(cancelled.spend().estimated()).isTrue();
        });
        assertThat(process.isAlive()).isFalse();
    }

    @Test
    void aSlowListenerHoldsBackTheProcessAndLosesNothing() throws InterruptedException {
        Recorder events = new Recorder();
        Turn turn = start().begin(new Prompt("STUB:big 20", false), limits(LONG), event -> {
            if (event instanceof TurnEvent.Delta) {
                await().pollDelay(Duration.ofMillis(300)).until(() -> true);
            }
            events.accept(event);
        });

        assertThat(turn.await()).isInstanceOf(TurnResult.Completed.class);
        assertThat(events.all(TurnEvent.Text.class)).hasSize(1);
    }

    private ClaudeProcess start() {
        return start(Duration.ofSeconds(20));
    }

    private ClaudeProcess start(Duration patience) {
        if (stubs == null) {
            stubs = new Stubs(directory, patience);
        }
        return stubs.start();
    }

    private static CompletableFuture<TurnResult> awaiting(Turn turn) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return turn.await();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                },
                VIRTUAL);
    }

    private static Consumer<TurnResult> hasCode(FailureCode code) {
        return ending -> assertThat(ending)
                .isInstanceOfSatisfying(
                        TurnResult.Failed.class,
                        failed -> assertThat(failed.failure().code()).isEqualTo(code));
    }
}

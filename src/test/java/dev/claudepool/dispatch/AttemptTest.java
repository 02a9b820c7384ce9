package dev.claudepool.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.claudepool.claude.FailureCode;
import dev.claudepool.claude.FakeProcess;
import dev.claudepool.claude.TurnEvent;
import dev.claudepool.claude.TurnResult;
import dev.claudepool.dispatch.Attempt.StopReason;
import dev.claudepool.queue.RequestedSession;
import dev.claudepool.store.SqliteTestDatabase;
import dev.claudepool.task.Task;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AttemptTest {

    @AutoClose
    private final SqliteTestDatabase database = new SqliteTestDatabase();

    private final FakePool pool = new FakePool(database);
    private final List<UUID> newSessions = new ArrayList<>();

    @BeforeEach
    void start() throws InterruptedException {
        var _ = pool.idle(1);
    }

    @Test
    void aNewSessionIsThatOfTheSpare() throws InterruptedException {
        Task task = pool.queued("hello");
        Attempt attempt = pool.claim();

        TurnResult result = run(attempt);

        assertThat(answerOf(result)).isEqualTo("echo: hello");
        assertThat(attempt.sessionId()).isEqualTo(pool.cli.lastStart().session());
        assertThat(attempt.task().id()).isEqualTo(task.id());
        assertThat(pool.cli.starts()).hasSize(1);
    }

    @Test
    void aSessionThatExistsGoesOn() throws InterruptedException {
        UUID session = UUID.randomUUID();
        pool.cli.knows(session);
        var _ = pool.queued("hello");

        TurnResult result = run(pool.claim(new RequestedSession.Existing(session)));

        assertThat(answerOf(result)).isEqualTo("echo: hello");
        assertThat(pool.cli.lastStart().session()).isEqualTo(session);
        assertThat(pool.cli.lastStart().resumed()).isTrue();
    }

    @Test
    void anInterruptedTaskGetsAPromptToContinue() throws InterruptedException {
        UUID session = UUID.randomUUID();
        pool.cli.knows(session);
        var _ = pool.queued("count to ten");

        var _ = run(pool.claim(new RequestedSession.Interrupted(session)));

        assertThat(pool.cli.prompts())
                .singleElement()
                .asString()
                .startsWith("The service was interrupted")
                .endsWith("count to ten");
    }

    @Test
    void anInterruptedCommandIsSentAsItIs() throws InterruptedException {
        UUID session = UUID.randomUUID();
        pool.cli.knows(session);
        var _ = pool.queued("/compact", "slashCommands", true);

        var _ = run(pool.claim(new RequestedSession.Interrupted(session)));

        assertThat(pool.cli.prompts()).containsExactly("/compact");
    }

    @Test
    void anInterruptedTaskThatNeverBeganBeginsInItsSession() throws InterruptedException {
        UUID session = UUID.randomUUID();
        var _ = pool.queued("hello");
        Attempt attempt = pool.claim(new RequestedSession.Interrupted(session));

        assertThat(answerOf(run(attempt))).isEqualTo("echo: hello");

        assertThat(attempt.sessionId()).isEqualTo(session);
        assertThat(newSessions).isEmpty();
        assertThat(pool.cli.lastStart().resumed()).isFalse();
    }

    @Test
    void anInterruptedTaskThatCannotGoOnBeginsInAnotherSession() throws InterruptedException {
        UUID session = UUID.randomUUID();
        pool.cli.knows(session);
        pool.cli.dieOf("get_usage"); // only a resumed process is asked that before its turn
        var _ = pool.queued("hello");
        Attempt attempt = pool.claim(new RequestedSession.Interrupted(session));

        assertThat(answerOf(run(attempt))).isEqualTo("echo: hello");

        assertThat(attempt.sessionId()).isNotEqualTo(session);
        assertThat(newSessions).containsExactly(attempt.sessionId());
        assertThat(pool.cli.prompts()).containsExactly("hello");
    }

    @Test
    void aSessionThatTheCliDoesNotKnowFailsTheTask() throws InterruptedException {
        var _ = pool.queued("hello");

        TurnResult result = run(pool.claim(new RequestedSession.Existing(UUID.randomUUID())));

        assertThat(codeOf(result)).isEqualTo(FailureCode.SESSION_NOT_FOUND);
        assertThat(pool.cli.prompts()).isEmpty();
    }

    @Test
    void aSessionThatTheCliDoesNotKnowIsBegunAnewWhereTheTaskAllowsIt() throws InterruptedException {
        UUID session = UUID.randomUUID();
        var _ = pool.queued("hello", "sessionFallback", "fresh");

        TurnResult result = run(pool.claim(new RequestedSession.Existing(session)));

        assertThat(answerOf(result)).isEqualTo("echo: hello");
        assertThat(pool.cli.lastStart().session()).isEqualTo(session);
        assertThat(pool.cli.lastStart().resumed()).isFalse();
    }

    @Test
    void aSessionThatNeverWasFailsTheTaskWithoutAProcess() throws InterruptedException {
        var _ = pool.queued("hello");

        TurnResult result = run(pool.claim(new RequestedSession.Gone()));

        assertThat(codeOf(result)).isEqualTo(FailureCode.SESSION_NOT_FOUND);
        assertThat(pool.cli.starts()).hasSize(1);
    }

    @Test
    void aSessionThatNeverWasIsBegunWhereTheTaskAllowsIt() throws InterruptedException {
        var _ = pool.queued("hello", "sessionFallback", "fresh");

        assertThat(answerOf(run(pool.claim(new RequestedSession.Gone())))).isEqualTo("echo: hello");
    }

    @Test
    void anAttemptThatIsStoppedBeforeItStartsSendsNoPrompt() throws InterruptedException {
        var _ = pool.queued("hello");
        Attempt attempt = pool.claim();
        attempt.stop(StopReason.CANCELLED);

        assertThat(run(attempt)).isInstanceOf(TurnResult.Cancelled.class);

        assertThat(pool.cli.prompts()).isEmpty();
        assertThat(attempt.stopped()).isDone();
    }

    @Test
    void anAttemptThatIsStoppedInItsTurnIsInterrupted() throws Exception {
        pool.cli.hold("wait");
        var _ = pool.queued("wait");
        Attempt attempt = pool.claim();
        CompletableFuture<TurnResult> result = CompletableFuture.supplyAsync(() -> runUnchecked(attempt));
        var _ = pool.cli.awaitPrompt("wait");

        attempt.stop(StopReason.INTERRUPTED);

        assertThat(result.get(10, TimeUnit.SECONDS)).isInstanceOf(TurnResult.Cancelled.class);
    }

    @Test
    void theFirstReasonOfAStopCounts() {
        var _ = pool.queued("hello");
        Attempt attempt = pool.claim();
        assertThat(attempt.stopReason()).isEmpty();

        attempt.stop(StopReason.CANCELLED);
        attempt.stop(StopReason.INTERRUPTED);

        assertThat(attempt.stopReason()).contains(StopReason.CANCELLED);
    }

    @Test
    void aProcessThatDoesNotStartFailsTheTask() throws InterruptedException {
        UUID session = UUID.randomUUID();
        pool.cli.knows(session);
        var _ = pool.cli.failStarts();
        var _ = pool.queued("hello");

        TurnResult result = run(pool.claim(new RequestedSession.Existing(session)));

        assertThat(codeOf(result)).isEqualTo(FailureCode.CLI_START_FAILED);
    }

    @Test
    void aProcessThatDiesInItsTurnFailsTheTaskAndCountsAsACrash() throws InterruptedException {
        pool.cli.on("die", FakeProcess::die);
        var _ = pool.queued("die");
        Attempt attempt = pool.claim();

        TurnResult result = run(attempt);
        attempt.release(result);

        assertThat(codeOf(result)).isEqualTo(FailureCode.CLI_EXITED);
        assertThat(pool.slots.all().getFirst().view().restarts()).isOne();
    }

    @Test
    void whatAProcessSaysIsReported() throws InterruptedException {
        pool.cli.on("tell", process -> {
            process.write("on");
            process.answer("once");
        });
        var _ = pool.queued("tell");
        List<TurnEvent> events = new ArrayList<>();

        var _ = pool.claim().run(events::add, newSessions::add);

        assertThat(events).contains(new TurnEvent.Delta("on"), new TurnEvent.Text("once"));
    }

    @Test
    void aTurnWhoseListenerThrowsIsInterrupted() throws InterruptedException {
        pool.cli.on("tell", process -> process.say("on"));
        var _ = pool.queued("tell");

        TurnResult result = pool.claim()
                .run(
                        _ -> {
                            throw new IllegalStateException("the listener fails");
                        },
                        newSessions::add);

        assertThat(codeOf(result)).isEqualTo(FailureCode.EXECUTION_ERROR);
        assertThat(result.spend().usd().toUsd()).isEqualByComparingTo(FakeProcess.COST_OF_ANSWER);
    }

    @Test
    void theModelIsSwitchedBeforeTheTurn() throws InterruptedException {
        var _ = pool.queued("hello", "model", "haiku");

        var _ = run(pool.claim());

        assertThat(pool.cli.processes().getFirst().model()).contains("haiku");
        assertThat(pool.cli.starts()).hasSize(1);
    }

    @Test
    void aModelThatIsRefusedFailsTheTask() throws InterruptedException {
        pool.cli.refuse("apply_flag_settings");
        var _ = pool.queued("hello", "model", "haiku");

        assertThat(codeOf(run(pool.claim()))).isEqualTo(FailureCode.SWITCH_REFUSED);
        assertThat(pool.cli.prompts()).isEmpty();
    }

    @Test
    void aTurnThatTakesTooLongIsInterrupted() throws InterruptedException {
        pool.cli.hold("wait");
        var _ = pool.tasks.queued(Map.of("prompt", "wait", "timeout", Duration.ofMillis(20)));

        assertThat(codeOf(run(pool.claim()))).isEqualTo(FailureCode.TASK_TIMED_OUT);
    }

    private TurnResult run(Attempt attempt) throws InterruptedException {
        return attempt.run(_ -> {}, newSessions::add);
    }

    private TurnResult runUnchecked(Attempt attempt) {
        try {
            return run(attempt);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static @Nullable String answerOf(TurnResult result) {
        return result instanceof TurnResult.Completed(var answer, var _) ? answer.output() : null;
    }

    private static @Nullable FailureCode codeOf(TurnResult result) {
        return result instanceof TurnResult.Failed(var failure, var _) ? failure.code() : null;
    }
}

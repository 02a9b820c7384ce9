package dev.claudepool.claude;

import static dev.claudepool.claude.Stubs.LONG;
import static dev.claudepool.claude.Stubs.ask;
import static dev.claudepool.claude.Stubs.limits;
import static dev.claudepool.claude.Stubs.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.claudepool.budget.ModelSpend;
import dev.claudepool.budget.Money;
import dev.claudepool.budget.Spend;
import dev.claudepool.budget.Tokens;
import dev.claudepool.process.Cookie;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

class ClaudeProcessTest {

    private static final ModelSpend OF_THE_MODEL = new ModelSpend(Money.usd("0.0008"), new Tokens(100, 20, 0, 0));
    private static final Spend ONE_TURN =
            new Spend(OF_THE_MODEL.spentUsd(), OF_THE_MODEL.tokens(), false, Map.of("stub-model", OF_THE_MODEL));

    @TempDir
    Path directory;

    private Stubs stubs;

    @BeforeEach
    void createStubs() {
        stubs = new Stubs(directory);
    }

    @AfterEach
    void endStubs() {
        stubs.close();
    }

    @Test
    void answersOneTurnAfterTheOther() throws InterruptedException {
        ClaudeProcess process = stubs.start();

        assertThat(ask(process, "one")).isEqualTo("echo: one");
        assertThat(ask(process, "two")).isEqualTo("echo: two");
        assertThat(ask(process, "STUB:history")).isEqualTo("[\"one\",\"two\"]");
    }

    @Test
    void everyTurnPaysForItselfOnly() throws InterruptedException {
        ClaudeProcess process = stubs.start();
        run(process, "one");

        assertThat(run(process, "two").spend()).isEqualTo(ONE_TURN);
    }

    @Test
    void reportsWhatHappensInATurn() throws InterruptedException {
        Recorder events = new Recorder();

        stubs.start()
                .begin(new Prompt("STUB:tool", false), limits(LONG), events)
                .await();

        assertThat(events.all(TurnEvent.Delta.class)).containsExactly(new TurnEvent.Delta("used a tool"));
        assertThat(events.all(TurnEvent.Text.class)).containsExactly(new TurnEvent.Text("used a tool"));
        assertThat(events.all(TurnEvent.ToolUse.class))
                .singleElement()
                .returns("Bash", TurnEvent.ToolUse::name)
                .returns("tool-1", TurnEvent.ToolUse::id);
        assertThat(events.all(TurnEvent.ToolResult.class))
                .containsExactly(new TurnEvent.ToolResult("tool-1", true, "done"));
    }

    @Test
    void promptsAreNotRunAsCommandsUnlessTheyMay() throws InterruptedException {
        ClaudeProcess process = stubs.start();

        assertThat(ask(process, "/clear")).isEqualTo("echo: /clear");
        assertThat(ask(process, "STUB:client-composed")).isEqualTo("true");
    }

    @Test
    void identityContextAndSchemaStayOutOfTheCommandLine() throws InterruptedException {
        ObjectNode schema = JsonNodeFactory.instance.objectNode().put("type", "object");
        LaunchSpec spec = with(stubs.spec(), "a secret identity", schema);
        ClaudeProcess process = stubs.start(spec, new SessionStart.Fresh(UUID.randomUUID()));

        TurnResult ending = run(process, "STUB:structured {\"a\":1}");
        String arguments = ProcessHandle.of(process.pid())
                .orElseThrow()
                .info()
                .commandLine()
                .orElseThrow();

        assertThat(ending)
                .isInstanceOfSatisfying(
                        TurnResult.Completed.class,
                        completed -> assertThat(completed.answer().structuredOutput())
                                .isEqualTo(JsonNodeFactory.instance.objectNode().put("a", 1)));
        assertThat(arguments).contains("--session-id=").doesNotContain("secret identity", "object");
    }

    @Test
    void aResumedSessionGoesOnWithItsConversationAndANewSystemPrompt() throws InterruptedException {
        UUID session = UUID.randomUUID();
        ClaudeProcess first = stubs.start(stubs.spec(), new SessionStart.Fresh(session));
        run(first, "one");
        first.close();

        ClaudeProcess second = stubs.start(with(stubs.spec(), "new identity", null), new SessionStart.Resume(session));

        assertThat(second.sessionId()).isEqualTo(session);
        assertThat(ask(second, "STUB:history")).isEqualTo("[\"one\"]");
        assertThat(ask(second, "STUB:system-prompt")).isEqualTo("\"new identity\"");
        assertThat(ask(second, "STUB:snapshot")).isEqualTo("false");
    }

    @Test
    void aResumedSessionDoesNotPayForItsPast() throws InterruptedException {
        UUID session = UUID.randomUUID();
        ClaudeProcess first = stubs.start(stubs.spec(), new SessionStart.Fresh(session));
        run(first, "one");
        first.close();

        ClaudeProcess second = stubs.start(stubs.spec(), new SessionStart.Resume(session));

        assertThat(run(second, "two").spend()).isEqualTo(ONE_TURN);
    }

    @Test
    void clearingForgetsTheConversationAndItsCosts() throws InterruptedException {
        UUID session = UUID.randomUUID();
        ClaudeProcess process = stubs.start(stubs.spec(), new SessionStart.Fresh(session));
        run(process, "one");

        assertThat(process.clear()).isEmpty();

        assertThat(process.sessionId()).isNotEqualTo(session);
        assertThat(run(process, "two").spend()).isEqualTo(ONE_TURN);
        assertThat(ask(process, "STUB:history")).isEqualTo("[\"two\"]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"keep", "same-id", "no-reset"})
    void clearingFailsUnlessThereIsANewConversation(String clear) throws InterruptedException {
        ClaudeLauncher launcher = StubCli.launcher(directory, Map.of(StubCli.CLEAR, clear));
        LaunchResult launch = launcher.launch(stubs.spec(), new SessionStart.Fresh(UUID.randomUUID()), "slot-0");
        assertThat(launch).isInstanceOf(LaunchResult.Ready.class);
        ClaudeProcess process = ((LaunchResult.Ready) launch).process();
        try {
            run(process, "one");

            assertThat(process.clear()).isPresent();
            assertThat(process.isPristine()).isFalse();
        } finally {
            process.close();
        }
    }

    @Test
    void processIsPristineUntilItsFirstTurnAndAfterEachClearing() throws InterruptedException {
        ClaudeProcess process = stubs.start();
        assertThat(process.warmUp()).isEmpty();
        assertThat(process.isPristine()).isTrue();

        run(process, "STUB:blank");
        assertThat(process.isPristine()).isFalse();

        assertThat(process.clear()).isEmpty();
        assertThat(process.isPristine()).isTrue();
    }

    @Test
    void modelEffortAndModeAreSwitchedBackAndForth() throws InterruptedException {
        ClaudeProcess process = stubs.start();
        LaunchSpec other = with(stubs.spec(), "opus", Effort.MIN, PermissionMode.ACCEPT_EDITS);

        assertThat(process.switchTo(other)).isEmpty();
        assertThat(new JsonMapper().readTree(ask(process, "STUB:settings")))
                .hasToString("{\"model\":\"opus\",\"effort\":\"low\",\"mode\":\"acceptEdits\"}");
        assertThat(process.spec()).isEqualTo(other);

        assertThat(process.switchTo(stubs.spec())).isEmpty();
        assertThat(ask(process, "STUB:settings")).isEqualTo("{\"mode\":\"plan\"}");
    }

    @Test
    void whatCannotBeSwitchedIsRefused() {
        ClaudeProcess process = stubs.start();

        assertThat(process.switchTo(with(stubs.spec(), "refused", null, PermissionMode.PLAN)))
                .map(Failure::code)
                .contains(FailureCode.SWITCH_REFUSED);
        assertThat(process.switchTo(with(stubs.spec(), null, null, PermissionMode.BYPASS_PERMISSIONS)))
                .map(Failure::code)
                .contains(FailureCode.SWITCH_REFUSED);
        assertThat(process.switchTo(with(stubs.spec(), "another identity", null)))
                .map(Failure::code)
                .contains(FailureCode.SWITCH_REFUSED);
        assertThat(process.spec()).isEqualTo(stubs.spec());
    }

    @Test
    void warmingUpLeavesNoTrace() throws InterruptedException {
        ClaudeProcess process = stubs.start();

        assertThat(process.warmUp()).isEmpty();

        assertThat(run(process, "one").spend()).isEqualTo(ONE_TURN);
        assertThat(ask(process, "STUB:history")).isEqualTo("[\"one\"]");
    }

    @Test
    void takesOneTurnAtATime() throws InterruptedException {
        ClaudeProcess process = stubs.start();
        Turn turn = process.begin(new Prompt("STUB:sleep 100", false), limits(LONG), new Recorder());

        assertThatIllegalStateException()
                .isThrownBy(() -> process.begin(new Prompt("two", false), limits(LONG), new Recorder()));
        assertThat(turn.await()).isInstanceOf(TurnResult.Completed.class);
    }

    @Test
    void aClosedProcessTakesNoTurn() throws InterruptedException {
        ClaudeProcess process = stubs.start();
        process.close();

        assertThat(process.isAlive()).isFalse();
        assertThat(process.onExit()).succeedsWithin(Duration.ofSeconds(10));
        assertThat(Stubs.failure(run(process, "one")))
                .isNotNull()
                .extracting(Failure::code)
                .isEqualTo(FailureCode.CLI_EXITED);
    }

    @Test
    void theServicesOwnVariablesDoNotReachIt() throws InterruptedException {
        ClaudeProcess process = stubs.start();

        assertThat(ask(process, "STUB:env DISABLE_TELEMETRY")).isEqualTo("\"1\"");
        assertThat(ask(process, "STUB:env JAVA_HOME")).isEqualTo("null");
        assertThat(ask(process, "STUB:env " + Cookie.VARIABLE)).contains("/slot-0/");
    }

    private static LaunchSpec with(LaunchSpec spec, String appendSystemPrompt, @Nullable ObjectNode schema) {
        return new LaunchSpec(
                spec.workingDirectory(),
                appendSystemPrompt,
                null,
                null,
                spec.permissionMode(),
                List.of(),
                List.of(),
                null,
                null,
                null,
                schema);
    }

    private static LaunchSpec with(
            LaunchSpec spec, @Nullable String model, @Nullable Effort effort, PermissionMode mode) {
        return new LaunchSpec(
                spec.workingDirectory(), "", model, effort, mode, List.of(), List.of(), null, null, null, null);
    }
}

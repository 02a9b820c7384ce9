package dev.claudepool.claude;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.claudepool.process.ControlGroups;
import dev.claudepool.process.Cookie;
import dev.claudepool.process.CookieFactory;
import dev.claudepool.process.ProcessTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ClaudeLauncherTest {

    @TempDir
    Path directory;

    private final List<ClaudeProcess> started = new ArrayList<>();

    @AfterEach
    void endProcesses() {
        started.forEach(ClaudeProcess::close);
    }

    @ParameterizedTest
    @CsvSource({
        "exit, the process has ended",
        "refuse, stub refuses to start",
        "silent, no answer within",
        "deaf, no answer within",
    })
    void aProcessThatDoesNotGetReadyIsAFailureAndLeavesNothing(String start, String reason) {
        LaunchResult launch =
                launcher(Map.of(StubCli.START, start), Duration.ofMillis(500)).launch(spec(), fresh(), "slot-0");

        assertThat(launch)
                .isInstanceOfSatisfying(
                        LaunchResult.Failed.class,
                        failed -> assertThat(failed.failure())
                                .returns(FailureCode.CLI_START_FAILED, Failure::code)
                                .extracting(Failure::message)
                                .asString()
                                .contains(reason));
        assertThat(processesOfThisTest()).isEmpty();
    }

    @Test
    void exitCodeAndStderrOfAFailedStartAreReported() {
        LaunchResult launch =
                launcher(Map.of(StubCli.START, "exit"), Duration.ofSeconds(5)).launch(spec(), fresh(), "slot-0");

        assertThat(launch)
                .isInstanceOfSatisfying(
                        LaunchResult.Failed.class,
                        failed -> assertThat(failed.failure())
                                .returns(3, Failure::exitCode)
                                .returns("stub does not start", Failure::stderr));
    }

    @Test
    void anUnknownSessionIsNotFound() {
        LaunchResult launch = launcher().launch(spec(), new SessionStart.Resume(UUID.randomUUID()), "slot-0");

        assertThat(launch)
                .isInstanceOfSatisfying(
                        LaunchResult.Failed.class,
                        failed -> assertThat(failed.failure().code()).isEqualTo(FailureCode.SESSION_NOT_FOUND));
    }

    @Test
    void theLastWordsOfAProcessThatDiesAtOnceAreHeardEachTime() throws IOException {
        Path program = Files.writeString(
                directory.resolve("dies"), "#!/bin/sh\necho 'No conversation found with session ID: x' >&2\nexit 1\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        ClaudeLauncher launcher = StubCli.launcher(program, directory, Map.of(), Duration.ofSeconds(10));

        assertThat(Stream.generate(() -> launcher.launch(spec(), new SessionStart.Resume(UUID.randomUUID()), "slot-0"))
                        .limit(200))
                .allSatisfy(launch -> assertThat(launch)
                        .isInstanceOfSatisfying(
                                LaunchResult.Failed.class,
                                failed ->
                                        assertThat(failed.failure().code()).isEqualTo(FailureCode.SESSION_NOT_FOUND)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"exit", "refuse", "silent", "deaf"})
    void failedStartLeavesNoThread(String start) {
        Set<Long> before = threadsOfProcesses();

        LaunchResult launch =
                launcher(Map.of(StubCli.START, start), Duration.ofMillis(500)).launch(spec(), fresh(), "slot-0");

        assertThat(launch).isInstanceOf(LaunchResult.Failed.class);
        awaitNoThreadsBut(before);
    }

    @Test
    void processThatDiesByItselfLeavesNoThread() throws InterruptedException {
        Set<Long> before = threadsOfProcesses();
        ClaudeProcess process = start(launcher());

        assertThat(Stubs.run(process, "STUB:exit 1")).isInstanceOf(TurnResult.Failed.class);

        awaitNoThreadsBut(before);
    }

    @Test
    void processThatIsKilledWhileIdleLeavesNoThread() {
        Set<Long> before = threadsOfProcesses();
        ClaudeProcess process = start(launcher());

        assertThat(ProcessHandle.of(process.pid()).orElseThrow().destroyForcibly())
                .isTrue();

        awaitNoThreadsBut(before);
    }

    @Test
    void aWorkingDirectoryThatDoesNotExistIsAFailure() {
        LaunchSpec spec = StubCli.spec(directory.resolve("nowhere"));

        assertThat(launcher().launch(spec, fresh(), "slot-0")).isInstanceOf(LaunchResult.Failed.class);
    }

    @Test
    void anIdleProcessEndsQuicklyAndByItself() {
        ClaudeProcess process = start(launcher());

        long begin = System.nanoTime();
        process.close();

        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(9));
        assertThat(processesOfThisTest()).isEmpty();
    }

    @Test
    void closingEndsTheTurnUnderWay() throws InterruptedException {
        ClaudeProcess process = start(launcher());
        Recorder events = new Recorder();
        Turn turn = process.begin(new Prompt("STUB:deltas 1000 20", false), Stubs.limits(Stubs.LONG), events);
        Thread closing = Thread.startVirtualThread(() -> {
            await().until(() -> events.has(TurnEvent.Delta.class));
            process.close();
        });

        assertThat(turn.await())
                .isInstanceOf(TurnResult.Cancelled.class)
                .satisfies(ending -> assertThat(ending.spend().estimated()).isFalse());
        assertThat(closing.join(Duration.ofSeconds(10))).isTrue();
        assertThat(processesOfThisTest()).isEmpty();
    }

    @Test
    void aTurnThatNobodyAwaitsDoesNotHoldUpTheClosing() {
        ClaudeProcess process = start(launcher());
        process.begin(new Prompt("STUB:big 20", false), Stubs.limits(Stubs.LONG), new Recorder());

        process.close();

        assertThat(processesOfThisTest()).isEmpty();
    }

    @Test
    void nothingThatItStartedSurvivesTheClosing() throws InterruptedException {
        ClaudeProcess process = start(launcher());
        Stubs.run(process, "STUB:grandchildren");
        assertThat(processesOfThisTest()).hasSize(3);

        process.close();

        assertThat(processesOfThisTest()).isEmpty();
    }

    @Test
    void whatDetachedAndClearedItsEnvironmentIsEnded() throws InterruptedException {
        assumeTrue(ControlGroups.ofThisProcess().isAvailable(), "cgroup v2 can be written");
        ClaudeProcess process = start(launcher());
        long pid = Long.parseLong(Stubs.ask(process, "STUB:hidden"));
        assertThat(ProcessHandle.of(pid)).isPresent();

        process.close();

        await("init has reaped it").until(() -> ProcessHandle.of(pid).isEmpty());
    }

    @Test
    void whatDetachedAndClearedItsEnvironmentIsALeftoverOfAnEarlierInstance() throws InterruptedException {
        assumeTrue(ControlGroups.ofThisProcess().isAvailable(), "cgroup v2 can be written");
        ClaudeProcess process = start(launcher());
        long pid = Long.parseLong(Stubs.ask(process, "STUB:hidden"));

        assertThat(launcher().endLeftovers()).isEqualTo(2);

        await("init has reaped it").until(() -> ProcessHandle.of(pid).isEmpty());
    }

    @Test
    void evenTheStubbornAreEnded() throws InterruptedException {
        ClaudeProcess process = start(launcher());
        Recorder events = new Recorder();
        Turn turn = process.begin(
                new Prompt("STUB:grandchildren-hang", false), Stubs.limits(Duration.ofSeconds(1)), events);

        assertThat(turn.await())
                .isInstanceOfSatisfying(
                        TurnResult.Failed.class,
                        failed -> assertThat(failed.failure().code()).isEqualTo(FailureCode.TASK_TIMED_OUT));
        assertThat(processesOfThisTest()).isEmpty();
    }

    @Test
    void theEndOfAProcessLeavesNoneOfItsDescendants() throws InterruptedException {
        ClaudeProcess process = start(launcher());

        Stubs.run(process, "STUB:grandchildren-exit");

        assertThat(processesOfThisTest()).isEmpty();
    }

    @Test
    void leftoversOfAnEarlierInstanceAreEndedAndNothingElse() throws Exception {
        ClaudeProcess leftover = start(launcher());
        Stubs.run(leftover, "STUB:grandchildren");
        ClaudeProcess ofAnotherDirectory = start(StubCli.launcher(Files.createDirectory(directory.resolve("other"))));
        ClaudeLauncher later = launcher();
        ClaudeProcess own = start(later);

        assertThat(later.endLeftovers()).isEqualTo(3);

        await().until(() -> !leftover.isAlive());
        assertThat(own.isAlive()).isTrue();
        assertThat(ofAnotherDirectory.isAlive()).isTrue();
        assertThat(later.endLeftovers()).isZero();
    }

    @Test
    void theCookieIsNotTakenForAnotherOne() throws IOException {
        CookieFactory jar = new CookieFactory(directory);
        Cookie first = jar.next("slot-1");

        assertThat(jar.isLeftover(first.value())).isFalse();
        assertThat(jar.isLeftover(new CookieFactory(directory).next("slot-1").value()))
                .isTrue();
        assertThat(jar.isLeftover(new CookieFactory(Files.createDirectory(directory.resolve("x")))
                        .next("slot-1")
                        .value()))
                .isFalse();
        assertThat(jar.next("slot-1")).isNotEqualTo(first);
    }

    private ClaudeLauncher launcher() {
        return launcher(Map.of(), Duration.ofSeconds(10));
    }

    private ClaudeLauncher launcher(Map<String, String> environment, Duration patience) {
        return StubCli.launcher(directory, environment, patience);
    }

    private ClaudeProcess start(ClaudeLauncher launcher) {
        LaunchResult launch = launcher.launch(spec(), fresh(), "slot-0");
        assertThat(launch).isInstanceOf(LaunchResult.Ready.class);
        ClaudeProcess process = ((LaunchResult.Ready) launch).process();
        started.add(process);
        return process;
    }

    private LaunchSpec spec() {
        return StubCli.spec(directory);
    }

    private List<ProcessHandle> processesOfThisTest() {
        return ProcessTree.bearing(new CookieFactory(directory)::isLeftover);
    }

    private static void awaitNoThreadsBut(Set<Long> known) {
        await("the threads of the process have ended")
                .atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(known).containsAll(threadsOfProcesses()));
    }

    private static Set<Long> threadsOfProcesses() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().matches("claude-\\d+-.*"))
                .map(Thread::threadId)
                .collect(Collectors.toSet());
    }

    private static SessionStart fresh() {
        return new SessionStart.Fresh(UUID.randomUUID());
    }
}

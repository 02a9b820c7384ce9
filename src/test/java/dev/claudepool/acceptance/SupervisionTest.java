package dev.claudepool.acceptance;

import static dev.claudepool.acceptance.ItemAssert.assertThatTask;
import static dev.claudepool.acceptance.RequestBody.task;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.claudepool.event.Event;
import dev.claudepool.event.EventType;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Processes that die, once or again and again, with the stub. */
class SupervisionTest {

    private static final Duration LONGEST = Duration.ofMinutes(2);
    private static final int CRASH_LOOP = 5;
    private static final Duration PAUSE = Duration.ofSeconds(5);

    @TempDir
    Path directory;

    @AutoClose
    private TestingPool pool;

    private PoolClient client;

    @BeforeEach
    void start() throws Exception {
        pool = TestingPool.stubbed(
                directory,
                "claude-pool.slots=2",
                "claude-pool.cli.first-byte-timeout=30s",
                "claude-pool.cli.stop-grace=500ms");
        client = pool.client();
        awaitSlot("slot-0", "IDLE");
        awaitSlot("slot-1", "IDLE");
    }

    @Test
    void killOfAProcessInATaskFailsTheAttemptAndTheSlotIsSoonBack() {
        String id = client.submit(task("STUB:silence").with("slot", "slot-0").with("retries", 0));

        killTheProcessAt(id);

        JsonNode task = client.awaitEnd(id, LONGEST);
        assertThatTask(task).hasFailed("cli-exited").hasAttempts(1);
        awaitSlot("slot-0", "IDLE");
        assertThat(slot("slot-0").at("/restarts").asInt()).isEqualTo(1);
        Duration away = between(Events.ofTask(id).and(Events.taskState("FAILED")), slotState("slot-0", "IDLE"));
        System.out.println("A slot was idle again " + away.toMillis() + " ms after its process was killed");
        assertThat(away).isLessThan(LONGEST); // a fraction of a second on a machine that is not busy
        assertThatTask(client.run("and now").json()).hasOutput("echo: and now");
    }

    @Test
    void killedAttemptIsRetriedWhereTheTaskAllows() {
        String id = client.submit(task("STUB:once silence " + UUID.randomUUID()).with("retries", 1));

        killTheProcessAt(id);

        JsonNode task = client.awaitEnd(id, LONGEST);
        assertThatTask(task).hasSucceeded();
        assertThatTask(task).hasOutput("not again").hasAttempts(2);
    }

    @Test
    void killOfAnIdleProcessIsMadeGood() {
        List<Long> before = Processes.withEnvironment(directory.toString());
        assertThat(before).hasSize(2);

        before.forEach(SupervisionTest::kill);

        await("others are in their places").atMost(LONGEST).until(() -> {
            List<Long> now = Processes.withEnvironment(directory.toString());
            return now.size() == 2 && now.stream().noneMatch(before::contains);
        });
        awaitSlot("slot-0", "IDLE");
        assertThat(slot("slot-0").at("/restarts").asInt()).isEqualTo(1);
        assertThatTask(client.run("and now").json()).hasOutput("echo: and now");
    }

    @Test
    void idleProcessThatHangsIsReplaced() {
        List<Long> before = Processes.withEnvironment(directory.toString());
        assertThat(before).hasSize(2);

        before.forEach(SupervisionTest::stop);

        await("others are in their places").atMost(LONGEST).until(() -> {
            List<Long> now = Processes.withEnvironment(directory.toString());
            return now.size() == 2 && now.stream().noneMatch(before::contains);
        });
        awaitSlot("slot-0", "IDLE");
        awaitSlot("slot-1", "IDLE");
        assertThat(slot("slot-0").at("/restarts").asInt()).isEqualTo(1);
        assertThatTask(client.run("and now").json()).hasOutput("echo: and now");
    }

    /** Sooner than the next look at the idle ones. */
    @Test
    void taskIsNotGivenToAProcessThatHangs() {
        await("the processes have been idle for a while")
                .atMost(LONGEST)
                .until(() -> Stream.of("slot-0", "slot-1")
                        .allMatch(slot -> pool.events().stream()
                                .filter(slotState(slot, "IDLE"))
                                .anyMatch(event ->
                                        event.at().isBefore(Instant.now().minusSeconds(2)))));
        Processes.withEnvironment(directory.toString()).forEach(SupervisionTest::stop);

        String id = client.submit(task("and now").with("retries", 0));

        JsonNode task = client.awaitEnd(id, LONGEST);
        assertThatTask(task).hasOutput("echo: and now");
        assertThatTask(task).hasAttempts(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"STUB:exit 1", "STUB:die-mid-line", "STUB:die-after 600"})
    void slotThatCrashesAgainAndAgainPausesWhileTheOtherWorksOn(String deadly) {
        crash(deadly, CRASH_LOOP);

        awaitCrashLoop();
        assertThatTask(slot("slot-0")).hasState("FAILED");
        JsonNode health = client.get("//actuator/health").json();
        assertThat(health.at("/status").asString()).isEqualTo("UP");
        assertThat(health.at("/components/slots/details/slot-0").asString()).isEqualTo("FAILED: crash-loop");
        String meanwhile = client.submit("of any slot");
        String waiting = client.submit(task("of slot-0").with("slot", "slot-0"));

        assertThat(client.awaitEnd(meanwhile, LONGEST).at("/slotId").asString()).isEqualTo("slot-1");
        assertThatTask(client.awaitEnd(waiting, LONGEST)).hasSucceeded();
        Duration pause = between(crashLoop(), Events.ofTask(waiting).and(Events.taskStarted()));
        System.out.println("A slot paused for " + pause.toMillis() + " ms after " + CRASH_LOOP + " crashes");
        assertThat(pause).isBetween(PAUSE.minusMillis(1), LONGEST);
    }

    @Test
    void successEndsTheCountOfCrashes() {
        crash("STUB:exit 1", CRASH_LOOP - 1);
        String good = client.submit(task("x").with("slot", "slot-0"));
        assertThatTask(client.awaitEnd(good, LONGEST)).hasSucceeded();

        crash("STUB:exit 1", CRASH_LOOP - 1);

        awaitSlot("slot-0", "IDLE");
        assertThat(Events.count(pool.events(), crashLoop())).isZero();

        crash("STUB:exit 1", 1);

        awaitCrashLoop();
    }

    private void crash(String prompt, int times) {
        for (int i = 0; i < times; i++) {
            String id = client.submit(task(prompt).with("slot", "slot-0").with("retries", 0));
            assertThatTask(client.awaitEnd(id, LONGEST)).hasErrorCode("cli-exited");
        }
    }

    private void awaitCrashLoop() {
        await("the crash loop is told").atMost(LONGEST).until(() -> Events.count(pool.events(), crashLoop()) == 1);
    }

    private static Predicate<Event> crashLoop() {
        return slotState("slot-0", "FAILED")
                .and(event -> event.data().path("code").asString("").equals("crash-loop"));
    }

    private static Predicate<Event> slotState(String slot, String state) {
        return Events.ofSlot(slot).and(Events.inState(state));
    }

    /** From the first that is {@code begin} to the first after it that is {@code end}. */
    private Duration between(Predicate<Event> begin, Predicate<Event> end) {
        List<Event> events = await("both are told")
                .atMost(LONGEST)
                .until(
                        () -> pool.events().stream().dropWhile(begin.negate()).toList(),
                        since -> since.stream().anyMatch(end));
        return Duration.between(
                events.getFirst().at(), Events.first(events, end).at());
    }

    /** Waits until the task's process has spoken, and ends it as {@code kill -9} does. */
    private void killTheProcessAt(String id) {
        await("the task has begun")
                .atMost(LONGEST)
                .until(() -> pool.events().stream()
                        .anyMatch(Events.ofTask(id).and(event -> event.type() == EventType.TASK_TEXT)));
        String session = client.task(id).at("/sessionId").asString();
        List<Long> atIt = Processes.withEnvironment(directory.toString()).stream()
                .filter(pid -> Processes.commandLine(pid).contains(session))
                .toList();
        assertThat(atIt).hasSize(1);
        kill(atIt.getFirst());
    }

    /** Has a process do nothing more, until it is killed. */
    private static void stop(long pid) {
        try {
            Process kill = new ProcessBuilder("kill", "-STOP", Long.toString(pid)).start();
            assertThat(kill.waitFor()).isZero();
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static void kill(long pid) {
        assertThat(ProcessHandle.of(pid).orElseThrow().destroyForcibly()).isTrue();
    }

    private JsonNode slot(String id) {
        return client.get("/slots/" + id).json();
    }

    private void awaitSlot(String id, String state) {
        await(id + " is " + state)
                .atMost(LONGEST)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> slot(id).at("/state").asString().equals(state));
    }
}

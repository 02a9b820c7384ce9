package dev.claudepool.acceptance;

import static dev.claudepool.acceptance.ItemAssert.assertThatTask;
import static dev.claudepool.acceptance.RequestBody.task;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.claudepool.acceptance.PoolClient.Answer;
import dev.claudepool.event.Event;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import tools.jackson.databind.JsonNode;

/** Slots come and go under load, with the stub. */
@ExtendWith(OutputCaptureExtension.class)
class ScaleTest {

    private static final Duration LONGEST = Duration.ofMinutes(2);

    @TempDir
    Path directory;

    @AutoClose
    private TestingPool pool;

    private PoolClient client;

    @BeforeEach
    void start() throws Exception {
        pool = TestingPool.stubbed(directory, "claude-pool.slots=2");
        client = pool.client();
    }

    @Test
    void everyTaskRunsOnceWhileSlotsComeAndGo(CapturedOutput output) {
        List<String> ids = new ArrayList<>();
        submit(ids, 20);
        awaitSucceeded(1);

        scale(6);
        submit(ids, 40);
        await("a new slot has a task")
                .atMost(LONGEST)
                .until(() ->
                        pool.events().stream().anyMatch(Events.ofSlot("slot-5").and(Events.inState("BUSY"))));
        awaitSucceeded(45);
        scale(1);

        for (String id : ids) {
            JsonNode task = client.awaitEnd(id, LONGEST);
            assertThatTask(task).hasSucceeded();
            assertThatTask(task).hasAttempts(1);
        }
        List<Event> events = pool.events();
        assertThat(ids).allSatisfy(id -> {
            assertThat(Events.count(events, Events.ofTask(id).and(Events.taskStarted())))
                    .isEqualTo(1);
            assertThat(Events.count(events, Events.ofTask(id).and(Events.taskState("SUCCEEDED"))))
                    .isEqualTo(1);
        });
        assertThat(client.get("/pool").json().at("/spentUsd").decimalValue())
                .isEqualByComparingTo(new BigDecimal("0.0008").multiply(BigDecimal.valueOf(ids.size())));
        await("one slot is left")
                .atMost(LONGEST)
                .until(() -> client.get("/slots").json().size() == 1);
        awaitProcesses(1);
        assertThat(output.getAll()).doesNotContain(" ERROR ");
    }

    @Test
    void thereIsOneReadyProcessForEachSlot() {
        awaitProcesses(2);

        scale(6);
        awaitSlots("slot-0", "slot-1", "slot-2", "slot-3", "slot-4", "slot-5");
        awaitProcesses(6);

        scale(1);
        awaitSlots("slot-0");
        awaitProcesses(1);

        scale(3);
        awaitSlots("slot-0", "slot-1", "slot-2");
        awaitProcesses(3);
    }

    @Test
    void busySlotFinishesItsTaskBeforeItLeaves() throws Exception {
        List<String> ids = List.of(client.submit("STUB:until go"), client.submit("STUB:until go"));
        ids.forEach(id -> client.awaitState(id, "RUNNING", LONGEST));

        JsonNode leaving = scale(1).at("/slots/1");

        assertThatTask(leaving).hasState("DRAINING");
        String last = leaving.at("/currentTaskId").asString();
        assertThat(ids).contains(last);
        Answer late = client.post("/tasks", task("x").with("slot", "slot-1"));
        assertThat(late.code()).as(late.text()).isEqualTo("no-slots-available");
        pool.let("go");
        ids.forEach(id -> client.awaitState(id, "SUCCEEDED", LONGEST));
        awaitSlots("slot-0");
        List<Event> events = pool.events();
        assertThat(events.stream().filter(Events.ofSlot("slot-1")).map(Events::state))
                .endsWith("BUSY", "DRAINING", "STOPPED");
        assertThat(Events.first(events, Events.ofTask(last).and(Events.taskState("SUCCEEDED")))
                        .seq())
                .isLessThan(Events.first(events, Events.ofSlot("slot-1").and(Events.inState("STOPPED")))
                        .seq());
    }

    @Test
    void slotsWithoutATaskLeaveFirst() throws Exception {
        String id = client.submit(task("STUB:until go").with("slot", "slot-1"));
        client.awaitState(id, "RUNNING", LONGEST);

        scale(1);

        awaitSlots("slot-1");
        pool.let("go");
        assertThatTask(client.awaitEnd(id, LONGEST)).hasSucceeded();
    }

    @Test
    void slotsThatAreStillStartingMayLeave() {
        scale(12);
        scale(1);

        awaitSlots("slot-0");
        awaitProcesses(1);
        assertThatTask(client.run("and now").json()).hasOutput("echo: and now");
    }

    private void submit(List<String> ids, int count) {
        for (int i = 0; i < count; i++) {
            ids.add(client.submit("STUB:sleep " + (20 + ids.size() * 7 % 80)));
        }
    }

    private JsonNode scale(int slots) {
        Answer answer = client.post("/pool/scale", Map.of("slots", slots));
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.json();
    }

    private void awaitSucceeded(int count) {
        await(count + " tasks have succeeded")
                .atMost(LONGEST)
                .until(() -> client.get("/pool").json().at("/completedTasks").asInt() >= count);
    }

    private void awaitSlots(String... ids) {
        await("slots " + List.of(ids))
                .atMost(LONGEST)
                .until(() -> client.get("/slots")
                        .json()
                        .valueStream()
                        .map(slot -> slot.at("/id").asString())
                        .toList()
                        .equals(List.of(ids)));
    }

    private void awaitProcesses(int count) {
        await(count + " processes")
                .atMost(LONGEST)
                .until(() -> Processes.withEnvironment(directory.toString()).size() == count);
    }
}

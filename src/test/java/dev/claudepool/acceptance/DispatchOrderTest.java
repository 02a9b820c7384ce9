package dev.claudepool.acceptance;

import static dev.claudepool.acceptance.RequestBody.task;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.claudepool.event.Event;
import dev.claudepool.event.EventType;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** In which order, and how soon, idle slots get the tasks that wait, with the stub. */
class DispatchOrderTest {

    private static final Duration LONGEST = Duration.ofMinutes(5);
    private static final int TASKS = 1_000;
    private static final int SLOTS = 8;

    @TempDir
    Path directory;

    @Test
    void tasksStartByPriorityThenAgeAndIdleSlotsAreNotKeptWaiting() throws Exception {
        try (TestingPool pool = TestingPool.stubbed(
                directory,
                "claude-pool.slots=" + SLOTS,
                "claude-pool.isolation=conversation",
                "claude-pool.queue.ageing=0s")) {
            PoolClient client = pool.client();
            client.post("/pool/pause", Map.of());
            Random random = new Random(20261122);
            List<Submitted> submitted = new ArrayList<>();
            for (int i = 0; i < TASKS; i++) {
                int priority = random.nextInt(-3, 4);
                submitted.add(
                        new Submitted(client.submit(task("STUB:sleep 100").with("priority", priority)), priority));
            }

            client.post("/pool/resume", Map.of());

            await("all have succeeded")
                    .atMost(LONGEST)
                    .pollInterval(Duration.ofMillis(200))
                    .until(() ->
                            client.get("/pool").json().at("/completedTasks").asInt() == TASKS);
            List<Event> events = pool.events();
            assertThat(started(events))
                    .isEqualTo(submitted.stream()
                            .sorted(Comparator.comparingInt(Submitted::priority).reversed())
                            .map(Submitted::id)
                            .toList());
            assertThat(Events.count(events, Events.taskState("SUCCEEDED"))).isEqualTo(TASKS);
            assertThat(Events.count(events, event -> event.type() == EventType.TASK_TEXT))
                    .isEqualTo(TASKS);
            assertNoSlotIsSaidToBeIdleWithATask(events);
            List<Long> waits = waits(events);
            System.out.printf(
                    "From IDLE to BUSY with tasks queued, in ms: n=%d p50=%d p90=%d p99=%d max=%d%n",
                    waits.size(),
                    waits.get(waits.size() / 2),
                    waits.get(waits.size() * 9 / 10),
                    waits.get(waits.size() * 99 / 100),
                    waits.getLast());
            assertThat(waits).hasSizeGreaterThanOrEqualTo(TASKS - SLOTS);
            assertThat(waits.get(waits.size() / 2)).isLessThan(100);
        }
    }

    @Test
    void taskThatHasWaitedForLongOvertakesOneThatIsALittleMoreUrgent() throws Exception {
        try (TestingPool pool =
                TestingPool.stubbed(directory, "claude-pool.slots=1", "claude-pool.queue.ageing=10ms")) {
            PoolClient client = pool.client();
            client.post("/pool/pause", Map.of());
            String old = client.submit(task("old").with("priority", 0));
            Instant accepted = Instant.now();
            await("it is older than 5 steps")
                    .pollInterval(Duration.ofMillis(5))
                    .until(() -> Instant.now().isAfter(accepted.plusMillis(60)));
            String urgent = client.submit(task("urgent").with("priority", 5));
            String mostUrgent = client.submit(task("most urgent").with("priority", 1000));

            client.post("/pool/resume", Map.of());

            client.awaitState(urgent, "SUCCEEDED", LONGEST);
            client.awaitState(old, "SUCCEEDED", LONGEST);
            assertThat(started(pool.events())).containsExactly(mostUrgent, old, urgent);
        }
    }

    private static List<String> started(List<Event> events) {
        return events.stream()
                .filter(Events.taskStarted())
                .map(event -> String.valueOf(event.taskId()))
                .toList();
    }

    private static void assertNoSlotIsSaidToBeIdleWithATask(List<Event> events) {
        Map<String, String> tasks = new HashMap<>();
        for (Event event : events) {
            String slot = String.valueOf(event.slotId());
            if (Events.taskStarted().test(event)) {
                tasks.put(slot, String.valueOf(event.taskId()));
            } else if (Events.taskState("SUCCEEDED").test(event)) {
                tasks.remove(slot);
            } else if (Events.ofSlot(slot).and(Events.inState("IDLE")).test(event)) {
                assertThat(tasks).as("when event " + event + " came").doesNotContainKey(slot);
            }
        }
    }

    /** How long the slots were idle before they got a task, after the pool was resumed; sorted, in milliseconds. */
    private static List<Long> waits(List<Event> events) {
        long resumed = Events.seq(Events.first(events.reversed(), Events.poolState("RUNNING")));
        Map<String, Instant> idle = new HashMap<>();
        List<Long> waits = new ArrayList<>();
        for (Event event : events) {
            if (event.type() == EventType.SLOT_STATE && Events.seq(event) > resumed) {
                Instant since = idle.remove(String.valueOf(event.slotId()));
                if (Events.state(event).equals("IDLE")) {
                    idle.put(String.valueOf(event.slotId()), event.at());
                } else if (since != null && Events.state(event).equals("BUSY")) {
                    waits.add(Duration.between(since, event.at()).toMillis());
                }
            }
        }
        return waits.stream().sorted().toList();
    }

    private record Submitted(String id, int priority) {}
}

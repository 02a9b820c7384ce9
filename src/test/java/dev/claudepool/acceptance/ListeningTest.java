package dev.claudepool.acceptance;

import static dev.claudepool.acceptance.RequestBody.task;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.claudepool.stomp.TestingStompClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A page that reads the pool once, and then only listens, shows what one shows that asks all the time. */
class ListeningTest {

    private static final Duration LONGEST = Duration.ofSeconds(30);

    @TempDir
    Path directory;

    @Test
    void aPageThatOnlyListensShowsTasksSlotsQueueBudgetAndLiveText() throws Exception {
        try (TestingPool pool = TestingPool.stubbed(directory, "claude-pool.slots=1", "claude-pool.budget.cap-usd=5");
                TestingStompClient stomp =
                        TestingStompClient.connect(pool.client().port(), TestingPool.TOKEN)) {
            PoolClient client = pool.client();
            String first =
                    client.submit(task("STUB:until go").with("name", "first").with("tags", List.of("a")));
            client.awaitState(first, "RUNNING", LONGEST);
            JsonNode start = client.get("/pool").json();
            Page page = new Page(start);
            BlockingQueue<JsonNode> events =
                    stomp.subscribe("/topic/live", start.at("/seq").asLong());

            String second =
                    client.submit(task("STUB:until go").with("name", "second").with("priority", 3));
            String follower = client.submit(task("more").with("session", first));
            await().until(() -> page.read(events).waitsFor(follower, "followedTask"));
            assertThat(page.tasks.get(second))
                    .containsEntry("name", "second")
                    .containsEntry("preview", "STUB:until go")
                    .containsEntry("priority", "3")
                    .containsEntry("state", "QUEUED");
            await().until(() -> page.read(events).stats.path("queuedTasks").asInt() == 2);
            assertThat(page.stats.at("/waiting/slot").asInt()).isEqualTo(1);
            assertThat(page.stats.at("/waiting/followedTask").asInt()).isEqualTo(1);
            await().until(() -> page.read(events).budget.path("reservedUsd").asDouble() == 1.0);

            client.post("/pool/pause", Map.of());
            await().until(() ->
                    page.read(events).pool.path("state").asString("").equals("PAUSED"));
            assertThat(page.pool.at("/actor").asString()).isEqualTo("operator");
            assertThat(page.stats.at("/state").asString()).isNotEmpty();
            client.post("/pool/resume", Map.of());
            pool.let("go");
            for (String id : List.of(first, second, follower)) {
                client.awaitEnd(id, LONGEST);
                await().until(() -> page.read(events).tasks.get(id).get("state").equals("SUCCEEDED"));
                JsonNode asked = client.task(id);
                assertThat(page.tasks.get(id))
                        .containsEntry("spentUsd", asked.at("/result/spentUsd").asString())
                        .containsEntry("model", asked.at("/result/model").asString())
                        .containsEntry("turns", asked.at("/result/turns").asString())
                        .containsKeys("waitMs", "runMs", "tokens");
            }
            JsonNode end = client.get("/pool").json();
            await().until(() -> page.read(events)
                    .slots
                    .get("slot-0")
                    .path("state")
                    .asString("")
                    .equals("IDLE"));
            JsonNode slot = page.slots.get("slot-0");
            assertThat(slot.at("/tasksCompleted").asInt())
                    .isEqualTo(end.at("/slots/0/tasksCompleted").asInt());
            assertThat(slot.at("/spentUsd").decimalValue())
                    .isEqualByComparingTo(end.at("/slots/0/spentUsd").decimalValue());
            await().until(() -> page.read(events).budget.path("reservedUsd").asDouble() == 0.0);
            assertThat(page.budget.at("/spentUsd").decimalValue())
                    .isEqualByComparingTo(end.at("/spentUsd").decimalValue());
            assertThat(page.text.get(second)).isNotEmpty();
            JsonNode stored = client.get("/events?types=task.state&types=task.waiting&tag=a")
                    .json();
            assertThat(stored.get("items"))
                    .as("the events of the tagged task")
                    .isNotEmpty()
                    .allSatisfy(
                            event -> assertThat(event.get("taskId").asString()).isEqualTo(first));
            stored.get("items").forEach(EventDescription::verify);
        }
    }

    /** What a page shows of the events that it got, each of which must be as it is described. */
    private static final class Page {

        private final Map<String, Map<String, String>> tasks = new HashMap<>();
        private final Map<String, String> waits = new HashMap<>();
        private final Map<String, String> text = new HashMap<>();
        private final Map<String, JsonNode> slots = new HashMap<>();
        private JsonNode stats;
        private JsonNode pool;
        private JsonNode budget;

        Page(JsonNode start) {
            stats = start;
            pool = start;
            budget = start;
            start.at("/slots").forEach(slot -> slots.put(slot.get("id").asString(), slot));
        }

        Page read(BlockingQueue<JsonNode> events) {
            List<JsonNode> come = new ArrayList<>();
            events.drainTo(come);
            come.forEach(this::show);
            return this;
        }

        boolean waitsFor(String task, String reason) {
            return reason.equals(waits.get(task));
        }

        private void show(JsonNode event) {
            EventDescription.verify(event);
            String task = event.get("taskId").asString("");
            JsonNode data = event.get("data");
            switch (event.get("type").asString()) {
                case "task.state" ->
                    data.forEachEntry((name, value) ->
                            tasks.computeIfAbsent(task, _ -> new HashMap<>()).put(name, value.asString("")));
                case "task.waiting" -> waits.put(task, data.get("reason").asString());
                case "task.text", "task.delta" ->
                    text.merge(task, data.get("text").asString(), String::concat);
                case "slot.state" -> slots.put(event.get("slotId").asString(), data);
                case "pool.state" -> pool = data;
                case "pool.stats" -> stats = data;
                case "budget.changed" -> budget = data;
                default -> {}
            }
        }
    }
}

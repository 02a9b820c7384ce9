package dev.claudepool.acceptance;

import static dev.claudepool.acceptance.ItemAssert.assertThatTask;
import static dev.claudepool.acceptance.RequestBody.task;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.claudepool.event.Event;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A provider at its limit, which stops the whole pool for a while, with the stub. */
class ProviderLimitTest {

    private static final Duration LONGEST = Duration.ofMinutes(1);

    @TempDir
    Path directory;

    @AutoClose
    private TestingPool pool;

    private PoolClient client;

    @BeforeEach
    void start() throws Exception {
        pool = TestingPool.stubbed(directory, "claude-pool.slots=4", "claude-pool.isolation=conversation");
        client = pool.client();
    }

    @Test
    void limitWithAResetTimeHoldsTheQueueUntilThenAndBurnsNoAttempt() {
        List<String> ids = new ArrayList<>();
        client.post("/pool/pause", Map.of());
        for (int i = 0; i < 25; i++) {
            ids.add(client.submit("STUB:sleep 50"));
        }
        for (int i = 0; i < 25; i++) {
            ids.add(client.submit("STUB:sleep 50"));
        }
        long resetsAt = Instant.now().getEpochSecond() + 10;
        String limited = client.submit(task("STUB:limit " + resetsAt).with("priority", 1));

        client.post("/pool/resume", Map.of());

        Event paused = awaitLimit();
        assertThat(paused.data().path("until").asString())
                .isEqualTo(Instant.ofEpochSecond(resetsAt).toString());
        assertThatTask(client.get("/pool").json()).hasState("PAUSED");
        assertThat(client.get("/pool").json().at("/queuedTasks").asInt()).isPositive();
        assertThat(client.task(limited).at("/waitingFor").asString()).isEqualTo("paused");
        ids.add(limited);
        for (String id : ids) {
            JsonNode task = client.awaitEnd(id, LONGEST);
            assertThatTask(task).hasSucceeded();
            assertThatTask(task).hasAttempts(1);
        }
        assertNothingStartedBetween(paused, resumedAfter(paused), Instant.ofEpochSecond(resetsAt));
    }

    @Test
    void retryThatTheCliAnnouncesHoldsTheQueueForItsTime() {
        String first = client.submit("STUB:retry rate_limit 1500");
        Event paused = awaitLimit();
        List<String> ids = new ArrayList<>(List.of(first));
        for (int i = 0; i < 10; i++) {
            ids.add(client.submit("meanwhile " + i));
        }

        for (String id : ids) {
            assertThatTask(client.awaitEnd(id, LONGEST)).hasSucceeded();
        }

        Instant until = Instant.parse(paused.data().path("until").asString())
                .truncatedTo(ChronoUnit.MILLIS); // as precise as the times of events
        assertThat(until).isBetween(paused.at().minus(LONGEST), paused.at().plusMillis(1500));
        assertNothingStartedBetween(paused, resumedAfter(paused), until);
    }

    @Test
    void theEndOfAPauseIsPublishedEvenIfNoTaskWaits() {
        String id = client.submit("STUB:retry overloaded 1000 60000");
        Event paused = awaitLimit();
        assertThat(paused.data().path("reason").asString()).isEqualTo("overloaded");

        await("the end of the pause is told")
                .atMost(LONGEST)
                .until(() -> pool.events().stream()
                        .anyMatch(Events.poolState("RUNNING").and(event -> Events.seq(event) > Events.seq(paused))));

        assertThatTask(client.task(id)).hasState("RUNNING");
        client.post("/tasks/" + id + "/cancel", Map.of());
    }

    @Test
    void resumeEndsThePauseEarly() {
        String limited = client.submit("STUB:limit " + (Instant.now().getEpochSecond() + 600));
        awaitLimit();
        String waiting = client.submit("waiting");
        assertThat(client.task(waiting).at("/waitingFor").asString()).isEqualTo("paused");

        client.post("/pool/resume", Map.of());

        assertThatTask(client.awaitEnd(waiting, LONGEST)).hasSucceeded();
        assertThat(client.task(limited).at("/waitingFor").asString()).isEqualTo("notBefore");
        assertThat(client.task(limited).at("/attempts").asInt()).isZero();
    }

    private Event awaitLimit() {
        return await("the limit is told")
                .atMost(LONGEST)
                .until(
                        () -> pool.events().stream()
                                .filter(Events.poolState("PAUSED")
                                        .and(event -> event.data().has("until")))
                                .findFirst(),
                        Optional::isPresent)
                .orElseThrow();
    }

    private Event resumedAfter(Event paused) {
        return Events.first(
                pool.events(), Events.poolState("RUNNING").and(event -> Events.seq(event) > Events.seq(paused)));
    }

    private void assertNothingStartedBetween(Event paused, Event resumed, Instant until) {
        assertThat(resumed.at()).isAfterOrEqualTo(until);
        assertThat(pool.events().stream()
                        .filter(Events.taskStarted())
                        .filter(event -> Events.seq(event) > Events.seq(paused)))
                .isNotEmpty()
                .allSatisfy(event -> {
                    assertThat(Events.seq(event)).isGreaterThan(Events.seq(resumed));
                    assertThat(event.at()).isAfterOrEqualTo(until);
                });
    }
}

package dev.claudepool.acceptance;

import static dev.claudepool.acceptance.ItemAssert.assertThatChain;
import static dev.claudepool.acceptance.ItemAssert.assertThatFanOut;
import static dev.claudepool.acceptance.ItemAssert.assertThatTask;
import static dev.claudepool.acceptance.RequestBody.step;
import static dev.claudepool.acceptance.RequestBody.task;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.config.BeanPostProcessor;
import tools.jackson.databind.JsonNode;

/** A wall clock that is set back by hours: what waits goes on when its time has passed, with the stub. */
class ClockSetBackTest {

    private static final Duration LONGEST = Duration.ofMinutes(1);

    @TempDir
    Path directory;

    @AutoClose
    private TestingPool pool;

    private PoolClient client;
    private volatile Duration setBackBy = Duration.ZERO;

    @BeforeEach
    void start() throws Exception {
        Clock clock = Clock.tickMillis(ZoneOffset.UTC);
        InstantSource wall = () -> clock.instant().minus(setBackBy);
        pool = TestingPool.stubbed(
                directory,
                new BeanPostProcessor() {
                    @Override
                    public Object postProcessAfterInitialization(Object bean, String name) {
                        return name.equals("clock") ? wall : bean;
                    }
                },
                "claude-pool.slots=2");
        client = pool.client();
    }

    @Test
    void taskThatIsTriedAgain() {
        String id = client.submit(task("STUB:once exit 1 " + UUID.randomUUID()).with("retries", 1));
        await("the first attempt has failed")
                .atMost(LONGEST)
                .until(() -> pool.events().stream()
                        .anyMatch(Events.ofTask(id).and(event -> event.data().has("notBefore"))));

        setClockBack();

        assertThatTask(client.awaitEnd(id, LONGEST)).hasSucceeded();
        assertThatTask(client.run("and a new one").json()).hasOutput("echo: and a new one");
    }

    @Test
    void poolThatTheProviderPaused() {
        client.submit("STUB:retry rate_limit 5000");
        await("the pool is paused")
                .atMost(LONGEST)
                .until(() -> pool.events().stream().anyMatch(Events.poolState("PAUSED")));

        setClockBack();

        String waiting = client.submit("waiting");
        assertThatTask(client.awaitEnd(waiting, LONGEST)).hasSucceeded();
    }

    @Test
    void slotThatPausesAfterCrashes() {
        for (int crash = 0; crash < 5; crash++) {
            String id = client.submit(task("STUB:exit 1").with("slot", "slot-0").with("retries", 0));
            client.awaitEnd(id, LONGEST);
        }

        setClockBack();

        String next = client.submit(task("STUB:sleep 1").with("slot", "slot-0"));
        assertThatTask(client.awaitEnd(next, LONGEST)).hasSucceeded();
    }

    @Test
    void chainThatTakesTooLong() {
        Map<String, ?> step = step("endless", "STUB:until never");
        String id = client.submitChain(Map.of("timeout", "PT2S", "steps", List.of(step)));

        setClockBack();

        JsonNode chain = client.awaitChain(id, LONGEST);
        assertThatChain(chain).hasFailed("chain-timed-out");
    }

    @Test
    void fanOutThatTakesTooLong() {
        String id = client.post("/fan-outs", Map.of("timeout", "PT2S", "prompts", List.of("STUB:until never")))
                .json()
                .at("/id")
                .asString();

        setClockBack();

        JsonNode fanOut = client.get("/fan-outs/" + id + "?wait=" + LONGEST).json();
        assertThatFanOut(fanOut).hasState("FAILED");
    }

    private void setClockBack() {
        setBackBy = Duration.ofHours(3);
    }
}

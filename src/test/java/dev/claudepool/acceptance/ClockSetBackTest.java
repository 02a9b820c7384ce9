package dev.claudepool.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
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
        String id = client.submit(Map.of("prompt", "STUB:once exit 1 " + UUID.randomUUID(), "retries", 1));
        await("the first attempt has failed")
                .atMost(LONGEST)
                .until(() -> pool.events().stream()
                        .anyMatch(Events.ofTask(id).and(event -> event.data().has("notBefore"))));

        setClockBack();

        assertThat(client.awaitEnd(id, LONGEST).at("/state").asString()).isEqualTo("SUCCEEDED");
        assertThat(client.run("and a new one").json().at("/output").asString()).isEqualTo("echo: and a new one");
    }

    @Test
    void poolThatTheProviderPaused() {
        client.submit("STUB:retry rate_limit 5000");
        await("the pool is paused")
                .atMost(LONGEST)
                .until(() -> pool.events().stream().anyMatch(Events.poolState("PAUSED")));

        setClockBack();

        String waiting = client.submit("waiting");
        assertThat(client.awaitEnd(waiting, LONGEST).at("/state").asString()).isEqualTo("SUCCEEDED");
    }

    @Test
    void slotThatPausesAfterCrashes() {
        for (int crash = 0; crash < 5; crash++) {
            String id = client.submit(Map.of("prompt", "STUB:exit 1", "slot", "slot-0", "retries", 0));
            client.awaitEnd(id, LONGEST);
        }

        setClockBack();

        String next = client.submit(Map.of("prompt", "STUB:sleep 1", "slot", "slot-0"));
        assertThat(client.awaitEnd(next, LONGEST).at("/state").asString()).isEqualTo("SUCCEEDED");
    }

    @Test
    void chainThatTakesTooLong() {
        Map<String, ?> step = Map.of("name", "endless", "prompt", "STUB:until never");
        String id = client.submitChain(Map.of("timeout", "PT2S", "steps", List.of(step)));

        setClockBack();

        JsonNode chain = client.awaitChain(id, LONGEST);
        assertThat(chain.at("/state").asString()).isEqualTo("FAILED");
        assertThat(chain.at("/error/code").asString()).isEqualTo("chain-timed-out");
    }

    @Test
    void fanOutThatTakesTooLong() {
        String id = client.post("/fan-outs", Map.of("timeout", "PT2S", "prompts", List.of("STUB:until never")))
                .json()
                .at("/id")
                .asString();

        setClockBack();

        JsonNode fanOut = client.get("/fan-outs/" + id + "?wait=" + LONGEST).json();
        assertThat(fanOut.at("/state").asString()).as(fanOut.toString()).isEqualTo("FAILED");
    }

    private void setClockBack() {
        setBackBy = Duration.ofHours(3);
    }
}

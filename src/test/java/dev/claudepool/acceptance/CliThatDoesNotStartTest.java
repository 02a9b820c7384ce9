package dev.claudepool.acceptance;

import static dev.claudepool.acceptance.ItemAssert.assertThatTask;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.claudepool.claude.StubCli;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** A CLI that never gets ready: the slot says so, health says so, nothing is lost and no process remains. */
class CliThatDoesNotStartTest {

    private static final Duration LONGEST = Duration.ofMinutes(1);

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"exit", "silent", "refuse", "deaf", "die-warming", "stray"})
    void slotIsFailedAndTheTaskIsKept(String behaviour) throws Exception {
        try (TestingPool pool = TestingPool.stubbed(
                directory,
                "claude-pool.slots=1",
                "claude-pool.cli.start-timeout=2s",
                "claude-pool.cli.stop-grace=500ms",
                "claude-pool.cli.environment.[" + StubCli.START + "]=" + behaviour)) {
            String id = pool.client().submit("patience");

            await().atMost(LONGEST)
                    .until(() -> slot(pool).at("/state").asString().equals("FAILED"));

            PoolClient.Answer health = pool.client().get("//actuator/health");
            assertThat(health.status()).isEqualTo(503);
            assertThat(health.json().at("/components/slots/details/slot-0").asString())
                    .contains("cli-start-failed");
            assertThatTask(pool.client().task(id)).hasState("QUEUED");
        }
        await("no process is left")
                .atMost(Duration.ofSeconds(20))
                .until(() -> Processes.withEnvironment(directory.toString()).isEmpty());
    }

    @Test
    void processesThatDieAsSoonAsTheyAreReadyAreACrashLoop() throws Exception {
        try (TestingPool pool = TestingPool.stubbed(
                directory,
                "claude-pool.slots=1",
                "claude-pool.cli.stop-grace=500ms",
                "claude-pool.cli.environment.[" + StubCli.START + "]=die-idle")) {
            await().atMost(LONGEST)
                    .until(() -> pool.client()
                            .get("//actuator/health")
                            .json()
                            .at("/components/slots/details/slot-0")
                            .asString()
                            .equals("FAILED: crash-loop"));

            assertThat(slot(pool).at("/restarts").asInt()).isGreaterThanOrEqualTo(5);
        }
    }

    private static JsonNode slot(TestingPool pool) {
        return pool.client().get("/slots/slot-0").json();
    }
}

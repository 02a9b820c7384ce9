package dev.claudepool.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.claudepool.acceptance.PoolClient.Answer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A pool without tasks, with the real CLI. */
class IdlePoolTest {

    @TempDir
    Path directory;

    @Test
    void idlePoolSendsNothingToTheApi() throws Exception {
        try (TestingPool pool = TestingPool.real(directory, "claude-pool.slots=2")) {
            awaitIdle(pool);
            assertThat(pool.api().requests()).isZero();

            Answer answer = pool.client().run("[[echo:x]]");
            awaitIdle(pool);

            assertThat(answer.status()).as(answer.text()).isEqualTo(200);
            assertThat(pool.api().exchanges()).hasSize(1);
            assertThat(pool.api().requests()).isEqualTo(1);
        }
    }

    private static void awaitIdle(TestingPool pool) {
        await("all slots have a process that is ready")
                .atMost(Duration.ofMinutes(1))
                .until(() -> {
                    List<String> states = pool.client()
                            .get("/slots")
                            .json()
                            .valueStream()
                            .map(slot -> slot.at("/state").asString())
                            .toList();
                    return states.equals(List.of("IDLE", "IDLE"));
                });
    }
}

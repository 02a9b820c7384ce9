package dev.claudepool.acceptance;

import static dev.claudepool.acceptance.ItemAssert.assertThatTask;
import static dev.claudepool.acceptance.RequestBody.task;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.claudepool.claude.StubCli;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Processes that are to forget their task and do not, with the stub. */
class RecyclingTest {

    private static final Duration LONGEST = Duration.ofMinutes(1);

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"keep", "no-reset"})
    void nextTaskIsNotInTheConversationOfOneThatWasNotCleared(String clear) throws Exception {
        try (TestingPool pool = TestingPool.stubbed(
                directory,
                "claude-pool.slots=1",
                "claude-pool.isolation=conversation",
                "claude-pool.cli.environment.[" + StubCli.CLEAR + "]=" + clear)) {
            JsonNode first = pool.client().post("/run", task("a secret")).json();
            JsonNode second = pool.client().post("/run", task("STUB:history")).json();

            assertThatTask(second).hasOutput("[]");
            assertThat(second.at("/spentUsd").decimalValue())
                    .isEqualByComparingTo(first.at("/spentUsd").decimalValue());
            assertThat(second.at("/sessionId")).isNotEqualTo(first.at("/sessionId"));
        }
    }

    @Test
    void costOfAClearingThatIsTakenForAPromptIsBooked() throws Exception {
        try (TestingPool pool = TestingPool.stubbed(
                directory,
                "claude-pool.slots=1",
                "claude-pool.isolation=conversation",
                "claude-pool.cli.environment.[" + StubCli.CLEAR + "]=prompt")) {
            BigDecimal task = pool.client().run("one").json().at("/spentUsd").decimalValue();

            await("the clearing is booked, which cost as much as the task")
                    .atMost(LONGEST)
                    .untilAsserted(() -> assertThat(pool.client()
                                    .get("/budget")
                                    .json()
                                    .at("/spentUsd")
                                    .decimalValue())
                            .isEqualByComparingTo(task.add(task)));
        }
    }
}

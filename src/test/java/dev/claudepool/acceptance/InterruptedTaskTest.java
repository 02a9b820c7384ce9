package dev.claudepool.acceptance;

import static dev.claudepool.acceptance.ItemAssert.assertThatTask;
import static dev.claudepool.acceptance.RequestBody.task;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.claudepool.claude.StubCli;
import dev.claudepool.event.EventType;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Tasks that a stop of the service cut off and whose session cannot be resumed, with the stub. */
class InterruptedTaskTest {

    private static final Duration LONGEST = Duration.ofMinutes(2);

    @TempDir
    Path directory;

    @Test
    void taskWhoseConversationCannotBeResumedBeginsAnew() throws Exception {
        String id;
        String interrupted;
        try (TestingPool pool = stubbed()) {
            id = pool.client()
                    .submit(task("STUB:once silence " + UUID.randomUUID()).with("retries", 0));
            awaitText(pool, id);
            interrupted = pool.client().task(id).at("/sessionId").asString();
        }
        String anew;
        try (TestingPool pool = stubbed("claude-pool.cli.environment.[" + StubCli.RESUME + "]=exit")) {
            JsonNode task = pool.client().awaitEnd(id, LONGEST);

            assertThatTask(task).hasSucceeded();
            assertThatTask(task).hasOutput("not again");
            anew = task.at("/sessionId").asString();
            assertThat(anew).isNotEqualTo(interrupted);
        }
        try (TestingPool pool = stubbed()) {
            JsonNode followUp = pool.client()
                    .post("/run", task("STUB:history").with("session", id))
                    .json();

            assertThat(followUp.at("/sessionId").asString())
                    .as(followUp.toString())
                    .isEqualTo(anew);
            assertThat(followUp.at("/output").asString()).contains("STUB:once silence");
        }
    }

    private TestingPool stubbed(String... properties) throws Exception {
        String[] all = new String[properties.length + 2];
        all[0] = "claude-pool.slots=1";
        all[1] = "claude-pool.drain.grace=100ms";
        System.arraycopy(properties, 0, all, 2, properties.length);
        return TestingPool.stubbed(directory, all);
    }

    private static void awaitText(TestingPool pool, String id) {
        await("the task has begun")
                .atMost(LONGEST)
                .until(() -> pool.events().stream()
                        .anyMatch(Events.ofTask(id).and(event -> event.type() == EventType.TASK_TEXT)));
    }
}

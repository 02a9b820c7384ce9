package dev.claudepool.acceptance;

import static dev.claudepool.acceptance.ItemAssert.assertThatTask;
import static org.assertj.core.api.Assertions.assertThat;

import dev.claudepool.claude.StubCli;
import dev.claudepool.demo.MessagesApi;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Tasks that do not end within the grace of a drain, with the stub. */
class DrainGraceTest {

    private static final Duration LONGEST = Duration.ofMinutes(2);

    @TempDir
    Path directory;

    @Test
    void processThatHangsHoldsTheDrainNotBeyondTheGrace() throws Exception {
        Duration grace = Duration.ofSeconds(2);
        try (TestingPool pool = TestingPool.stubbed(directory, properties(grace))) {
            PoolClient client = pool.client();
            String hung = client.submit("STUB:ignore-signals");
            client.awaitState(hung, "RUNNING", LONGEST);
            client.awaitState(client.submit("fine"), "SUCCEEDED", LONGEST);

            JsonNode summary = client.post("/pool/drain", Map.of()).json();

            Duration took = Duration.ofMillis(summary.at("/durationMs").asLong());
            System.out.println("A drain took " + took.toMillis() + " ms with a hung process and a grace of " + grace);
            assertThat(took).isBetween(grace, grace.plusSeconds(15));
            assertThat(summary.at("/totalTasks").asInt()).isEqualTo(2);
            assertThat(summary.at("/cancelledTasks").asInt()).isEqualTo(1);
            assertThat(Processes.withEnvironment(directory.toString())).isEmpty();
            JsonNode task = client.task(hung);
            assertThatTask(task).isCancelled();
            assertThat(task.at("/result/spendEstimated").asBoolean()).isTrue();
        }
    }

    @Test
    void sigtermEndsWellAndWhatItCutShortGoesOnAtTheNextStart() throws Exception {
        try (MessagesApi api = MessagesApi.start()) {
            List<String> properties =
                    TestingPool.properties(directory, StubCli.program(), api, properties(Duration.ofSeconds(10)));
            ServiceProcess service = ServiceProcess.start(directory, properties);
            List<String> quick = submit(service, 2, "STUB:until go");
            String slow = service.client().submit("STUB:until never");
            quick.forEach(id -> service.client().awaitState(id, "RUNNING", LONGEST));
            service.client().awaitState(slow, "RUNNING", LONGEST);
            List<String> queued = submit(service, 10, "STUB:sleep 50");
            Files.createFile(directory.resolve("work/go"));

            int exitCode = service.terminate();

            assertThat(exitCode).as(service.output()).isZero();
            assertThat(service.output()).doesNotContain(" ERROR ", "Exception");
            assertThat(Processes.withEnvironment(directory.toString())).isEmpty();
            try (ServiceProcess restarted = ServiceProcess.start(directory, properties)) {
                quick.forEach(id -> assertSucceededOnce(restarted, id, 1));
                queued.forEach(id -> assertSucceededOnce(restarted, id, 1));
                assertSucceededOnce(restarted, slow, 2);
                assertThat(restarted.output()).doesNotContain("Recovered from a crash");
            }
        }
    }

    private static String[] properties(Duration grace) {
        return new String[] {
            "claude-pool.slots=3", "claude-pool.drain.grace=" + grace, "claude-pool.cli.stop-grace=500ms"
        };
    }

    private static List<String> submit(ServiceProcess service, int count, String prompt) {
        return IntStream.range(0, count)
                .mapToObj(_ -> service.client().submit(prompt))
                .toList();
    }

    private static void assertSucceededOnce(ServiceProcess service, String id, int attempts) {
        JsonNode task = service.client().awaitEnd(id, LONGEST);
        assertThatTask(task).hasSucceeded();
        assertThatTask(task).hasAttempts(attempts);
        String events = service.client().get("/tasks/" + id + "/events").text();
        assertThat(events.split("\"state\":\"RUNNING\"", -1)).as(events).hasSize(attempts + 1);
        assertThat(events.split("\"state\":\"SUCCEEDED\"", -1)).as(events).hasSize(2);
    }
}

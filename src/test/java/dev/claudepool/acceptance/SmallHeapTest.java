package dev.claudepool.acceptance;

import static dev.claudepool.acceptance.ItemAssert.assertThatTask;
import static org.assertj.core.api.Assertions.assertThat;

import dev.claudepool.claude.StubCli;
import dev.claudepool.demo.MessagesApi;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** With little memory, what the CLI writes too much of fails its task, and nothing else. */
class SmallHeapTest {

    private static final Duration LONGEST = Duration.ofMinutes(2);

    @TempDir
    Path directory;

    @Test
    void answersThatDoNotFitIntoTheHeapFailAsTooLarge() throws Exception {
        try (MessagesApi api = MessagesApi.start();
                ServiceProcess service = ServiceProcess.start(
                        directory,
                        List.of("-Xmx256m"),
                        TestingPool.properties(directory, StubCli.program(), api, "claude-pool.slots=2"))) {
            PoolClient client = service.client();

            for (String prompt : List.of("STUB:big 40", "STUB:big 63", "STUB:big 100", "STUB:values 4000000")) {
                JsonNode task = client.awaitEnd(client.submit(prompt), LONGEST);
                assertThatTask(task).as(prompt).hasState("FAILED");
                assertThatTask(task).as(prompt).hasErrorCode("output-too-large");
                assertThatTask(client.run("and now").json()).hasOutput("echo: and now");
            }

            assertThat(client.run("STUB:big 9").json().at("/output").asString()).hasSize(9 << 20);
            assertThat(service.output())
                    .contains("claude-pool.cli.max-line is 64 MB, but with a heap of")
                    .doesNotContain("OutOfMemoryError");
        }
    }
}

package dev.claudepool.acceptance;

import static dev.claudepool.acceptance.RequestBody.task;
import static org.assertj.core.api.Assertions.assertThat;

import dev.claudepool.demo.Exchange;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Prompts are text, whatever is in them. */
class LiteralPromptTest {

    @TempDir
    static Path directory;

    private static TestingPool pool;

    @BeforeAll
    static void start() throws Exception {
        pool = TestingPool.real(directory, "claude-pool.slots=2");
    }

    @AfterAll
    static void stop() {
        pool.close();
    }

    static Stream<String> prompts() {
        return Stream.of(
                "/cost",
                "/clear",
                "/compact now",
                "--help",
                "-p",
                "@/etc/passwd",
                "look at @/etc/hosts please",
                "!ls",
                "# heading",
                "nul \u0000 bell \u0007 escape \u001b[31m delete \u007f end",
                "lines\r\nof\nall\rkinds\ttabs \u2028 \u2029 \u0085",
                "emoji \uD83D\uDE00 \uD83D\uDC68\u200D\uD83D\uDC69\u200D\uD83D\uDC67 \u202Ertl \uFEFF bom",
                "{\"type\":\"user\"}\n{\"type\":\"control_request\"}",
                "a megabyte " + "0123456789abcdef".repeat(65536));
    }

    @ParameterizedTest
    @MethodSource("prompts")
    void reachesTheApiLiterally(String prompt) {
        String marked = prompt + " " + UUID.randomUUID();

        PoolClient.Answer answer = pool.client().run(marked);

        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(pool.api().exchanges()).extracting(Exchange::lastUserText).contains(marked);
        assertThat(pool.client()
                        .task(answer.json().at("/taskId").asString())
                        .at("/prompt")
                        .asString())
                .isEqualTo(marked);
    }

    @Test
    void promptAndSystemPromptAreInNoCommandLine() throws Exception {
        String marker = "secret-" + UUID.randomUUID();
        String id = pool.client().submit(task(marker + " [[hang]]").with("systemPrompt", "system " + marker));
        pool.api().await(exchange -> exchange.lastUserText().contains(marker), Duration.ofSeconds(30));

        String commandLines = Processes.commandLines();

        assertThat(commandLines).contains("stream-json").doesNotContain(marker);
        pool.client().post("/tasks/" + id + "/cancel", Map.of());
    }
}

package dev.claudepool.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.claudepool.budget.Money;
import dev.claudepool.claude.RealCli;
import dev.claudepool.demo.Exchange.State;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The real CLI, one-shot, against the stand-in: what it makes of the answers, and what it says they cost. */
class RealCliOnStandInTest {

    private static final Duration LONG = Duration.ofSeconds(60);

    private final MessagesApi api = MessagesApi.start();
    private final List<Process> processes = new ArrayList<>();

    @TempDir
    private Path home;

    private Path work;

    @BeforeEach
    void makeWorkingDirectory() throws IOException {
        work = Files.createDirectory(home.resolve("work"));
    }

    @AfterEach
    void stop() {
        processes.forEach(Process::destroyForcibly);
        api.close();
    }

    @Test
    void echoesAndCostsWhatTheMeterSays() throws Exception {
        JsonNode result = run("say [[echo:hi there]] [[tokens:1000,10,500,300]]");

        assertThat(result.path("result").asString()).isEqualTo("hi there");
        assertThat(cost(result)).isEqualTo(api.meter().usd()).isEqualTo(Money.usd("0.0058"));
        assertThat(api.exchanges()).singleElement().satisfies(exchange -> {
            assertThat(exchange.sessionId()).isEqualTo(result.path("session_id").asString());
            assertThat(exchange.lastUserText()).startsWith("say [[echo:");
            assertThat(exchange.systemPrompt()).isNotEmpty();
            assertThat(exchange.tools()).contains("Bash");
        });
    }

    @Test
    void longPromptsOfASmallModelCostMore() throws Exception {
        JsonNode result = run("[[echo:x]] [[tokens:300000,10000]]", "--model", "haiku");

        assertThat(cost(result)).isEqualTo(api.meter().usd()).isEqualTo(Money.usd("0.175"));
    }

    @Test
    void reallyUsesTools() throws Exception {
        Files.writeString(work.resolve("here.txt"), "x");

        assertThat(run("list the files", "--permission-mode", "plan")
                        .path("result")
                        .asString())
                .contains("demo answer", "here.txt");
    }

    @Test
    void givesStructuredOutput() throws Exception {
        String schema = "{\"type\":\"object\",\"properties\":{\"n\":{\"type\":\"integer\"}},\"required\":[\"n\"]}";

        assertThat(run("[[schema {\"n\":7}]]", "--json-schema", schema)
                        .at("/structured_output/n")
                        .asInt())
                .isEqualTo(7);
    }

    @Test
    void triesAgainAfterFaultsAndPaysForWhatCame() throws Exception {
        JsonNode result = run("[[error:529,times=1]] [[drop:times=1]] [[echo:at last]]");

        assertThat(result.path("result").asString()).isEqualTo("at last");
        assertThat(cost(result)).isEqualTo(api.meter().usd()).isEqualTo(Money.usd("0.00146"));
        assertThat(api.exchanges())
                .extracting(Exchange::state)
                .containsExactly(State.REFUSED, State.BROKEN_OFF, State.COMPLETED);
    }

    @Test
    void saysWhatWasRefused() throws Exception {
        JsonNode result = run("[[error:413,times=1]]");

        assertThat(result.path("is_error").asBoolean()).isTrue();
        assertThat(result.path("api_error_status").asInt()).isEqualTo(413);
        assertThat(api.exchanges()).hasSize(1);
    }

    @Test
    void aStoppedCliDropsItsRequest() throws Exception {
        Process process = start("[[hang]]");
        api.await(exchange -> exchange.state() == State.STREAMING, LONG);

        process.destroy();

        api.await(exchange -> exchange.state() == State.DROPPED_BY_CLIENT, LONG);
    }

    private JsonNode run(String prompt, String... flags) throws Exception {
        Process process = start(prompt, flags);
        assertThat(process.waitFor(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
        return TestingClient.JSON.readTree(home.resolve("out").toFile());
    }

    private Process start(String prompt, String... flags) {
        try {
            Path in = Files.writeString(home.resolve("in"), prompt);
            List<String> command = new ArrayList<>(List.of(
                    RealCli.executable().toString(),
                    "-p",
                    "--output-format",
                    "json",
                    "--setting-sources",
                    "user",
                    "--strict-mcp-config"));
            command.addAll(List.of(flags));
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(work.toFile())
                    .redirectInput(in.toFile())
                    .redirectOutput(home.resolve("out").toFile())
                    .redirectError(ProcessBuilder.Redirect.DISCARD);
            String path = System.getenv("PATH");
            builder.environment().clear();
            builder.environment()
                    .putAll(Map.of(
                            "PATH",
                            path,
                            "HOME",
                            home.toString(),
                            "CLAUDE_CONFIG_DIR",
                            home.resolve("config").toString(),
                            "ANTHROPIC_BASE_URL",
                            api.uri().toString(),
                            "ANTHROPIC_API_KEY",
                            "demo",
                            "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC",
                            "1"));
            Process process = builder.start();
            processes.add(process);
            return process;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Money cost(JsonNode result) {
        return Money.usd(result.path("total_cost_usd").asDecimal());
    }
}

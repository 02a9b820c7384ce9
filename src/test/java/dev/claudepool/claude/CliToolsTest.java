package dev.claudepool.claude;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.claudepool.demo.MessagesApi;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code docs/security.md} has judged every tool of the CLI. */
class CliToolsTest {

    private static final Pattern NAME = Pattern.compile("`(\\w+)`");
    private static final JsonMapper JSON = new JsonMapper();

    @TempDir
    Path directory;

    /** A tool that is not there may act without a turn: see what it does, refuse it if so, and add it to the table. */
    @ParameterizedTest
    @ValueSource(strings = {"plan", "manual", "acceptEdits", "dontAsk", "auto"})
    void theTableHasEveryToolThatTheCliOffers(String mode) throws IOException {
        Set<String> offered = offered(mode);

        assertThat(offered).contains("Bash", "CronCreate", "TaskCreate");
        assertThat(documented("")).containsAll(offered);
    }

    @Test
    void theTableSaysWhatIsRefused() throws IOException {
        assertThat(documented("refused")).containsExactlyInAnyOrderElementsOf(Confinement.TOOLS);
    }

    private Set<String> offered(String mode) throws IOException {
        try (MessagesApi api = MessagesApi.start()) {
            List<String> command = List.of(
                    RealCli.executable().toString(),
                    "-p",
                    "--verbose",
                    "--output-format=stream-json",
                    "--permission-mode=" + mode,
                    "[[echo:x]]");
            Map<String, String> environment = Map.of(
                    "PATH", System.getenv("PATH"),
                    "HOME", directory.toString(),
                    "ANTHROPIC_BASE_URL", api.uri().toString(),
                    "ANTHROPIC_API_KEY", "test",
                    "CLAUDE_CODE_ENABLE_TODO_TOOLS", "1");
            Process process = start(command, environment);
            String output = new String(process.getInputStream().readAllBytes(), UTF_8);
            return output.lines()
                    .map(JSON::readTree)
                    .filter(message -> message.path("subtype").asString("").equals("init"))
                    .flatMap(message -> message.path("tools").valueStream())
                    .map(JsonNode::asString)
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    private Process start(List<String> command, Map<String, String> environment) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().clear();
        builder.environment().putAll(environment);
        return builder.start();
    }

    /** The tools of the rows whose last cell begins with {@code verdict}. */
    private static Set<String> documented(String verdict) throws IOException {
        String document = Files.readString(Path.of("docs/security.md"));
        String table = document.substring(document.indexOf("## Tools"), document.indexOf("## What else"));
        return table.lines()
                .filter(row -> row.startsWith("| `"))
                .map(row -> row.split("\\|"))
                .filter(cells -> cells[3].strip().startsWith(verdict))
                .flatMap(cells -> NAME.matcher(cells[1]).results())
                .map(name -> name.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}

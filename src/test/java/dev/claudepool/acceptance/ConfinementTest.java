package dev.claudepool.acceptance;

import static dev.claudepool.acceptance.RequestBody.task;
import static dev.claudepool.acceptance.ToolUses.bash;
import static dev.claudepool.acceptance.ToolUses.read;
import static dev.claudepool.acceptance.ToolUses.results;
import static dev.claudepool.acceptance.ToolUses.use;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a task cannot read, write or run beyond its working directory, with the real CLI. */
class ConfinementTest {

    @TempDir
    static Path directory;

    private static TestingPool pool;
    private static Path work;
    private static Path outside;

    @BeforeAll
    static void start() throws Exception {
        pool = TestingPool.real(
                directory, "claude-pool.slots=1", "claude-pool.cli.additional-dirs=" + directory.resolve("more"));
        work = pool.workingDirectory();
        outside = Files.createDirectory(directory.resolve("outside"));
        Files.writeString(outside.resolve("secret.txt"), "SECRET-TEXT\n");
        Files.writeString(Files.createDirectory(directory.resolve("more")).resolve("more.txt"), "MORE-TEXT\n");
        Files.writeString(work.resolve("in.txt"), "INSIDE-TEXT\n");
        Files.writeString(work.resolve("big.txt"), "a line of a large output\n".repeat(40_000));
        Files.createSymbolicLink(work.resolve("link"), outside);
        Files.createSymbolicLink(work.resolve("filelink"), outside.resolve("secret.txt"));
    }

    @AfterAll
    static void stop() {
        pool.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"plan", "default", "acceptEdits", "dontAsk"})
    void filesBeyondTheWorkingDirectoryAreNotRead(String mode) {
        String prompt = read(outside.resolve("secret.txt"))
                + read("../outside/secret.txt")
                + read(work.resolve("link/secret.txt"))
                + read(work.resolve("filelink"))
                + read("/proc/self/root" + outside.resolve("secret.txt"))
                + read(work.resolve("in.txt"))
                + read(directory.resolve("more/more.txt"));

        List<String> results = results(pool, prompt, mode, Map.of("allowedTools", List.of("Read")));

        assertThat(results).hasSize(7).noneMatch(result -> result.contains("SECRET-TEXT"));
        assertThat(results.get(5)).contains("INSIDE-TEXT");
        assertThat(results.get(6)).contains("MORE-TEXT");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "cat ../outside/secret.txt",
                "cat filelink",
                "wc --files0-from=../outside/secret.txt",
                "wc --f=../outside/secret.txt",
                "du --files0-from=../outside/secret.txt",
                "diff --from-file=../outside/secret.txt in.txt",
                "diff --to-file=../outside/secret.txt in.txt"
            })
    void harmlessCommandsDoNotPrintThem(String command) {
        assertThat(results(pool, bash(command), "plan")).hasSize(1).noneMatch(result -> result.contains("SECRET-TEXT"));
    }

    @Test
    void subagentsAreConfinedAndAnswerWithinTheTask() {
        String agent = use(
                "Agent",
                task(read("../outside/secret.txt") + read(work.resolve("in.txt")) + "[[echo:ANSWER-OF-THE-SUBAGENT]]")
                        .with("description", "reads")
                        .with("subagent_type", "general-purpose"));

        List<String> results = results(pool, agent, "acceptEdits");

        assertThat(results).noneMatch(result -> result.contains("SECRET-TEXT"));
        assertThat(results.getLast()).contains("ANSWER-OF-THE-SUBAGENT");
    }

    @Test
    void aTaskReadsItsOwnLargeOutputsAndNothingOfOtherTasks() throws Exception {
        PoolClient.Answer first = pool.client()
                .post(
                        "/run?wait=PT5M",
                        task("MARKED-PROMPT " + bash("cat big.txt")).with("permissionMode", "plan"));
        String session = first.json().path("sessionId").asString();
        Path transcript = file(session + ".jsonl");
        Path output = fileBelow(file(session).resolve("tool-results"));

        List<String> own = results(
                pool,
                use("Read", Map.of("file_path", output.toString(), "limit", 3)),
                "plan",
                Map.of("session", session));
        List<String> others = results(
                pool, read(transcript) + use("Read", Map.of("file_path", output.toString(), "limit", 3)), "plan");
        List<String> byCommand = results(pool, bash("cat " + transcript.resolveSibling("*.jsonl")), "plan");

        assertThat(transcript).content().contains("MARKED-PROMPT");
        assertThat(own).singleElement().asString().contains("a line of a large output");
        assertThat(others).hasSize(2).noneMatch(result -> result.contains("MARKED-PROMPT"));
        assertThat(others).noneMatch(result -> result.contains("a line of a large output"));
        assertThat(byCommand).hasSize(1).noneMatch(result -> result.contains("MARKED-PROMPT"));
    }

    @Test
    void settingsInTheConfigurationDirectoryAreNeitherObeyedNorWritten() throws Exception {
        Path settings = pool.dataDirectory().resolve("claude/settings.json");
        Path ran = directory.resolve("hook-ran");
        String hook = """
                [{"hooks":[{"type":"command","command":"touch '%s'"}]}]""".formatted(ran);
        String hooks = """
                {"hooks":{"SessionStart":%1$s,"UserPromptSubmit":%1$s,"Stop":%1$s}}""".formatted(hook);

        List<String> written = results(
                pool,
                use("Write", Map.of("file_path", settings.toString(), "content", hooks)),
                "acceptEdits",
                Map.of("allowedTools", List.of("Write")));
        assertThat(written).hasSize(1);
        assertThat(settings).doesNotExist();

        Files.writeString(settings, hooks); // as a command that a task was allowed could
        // Two, since the process for the first one may have been started before.
        results(pool, bash("ls"), "plan");
        assertThat(results(pool, bash("ls"), "plan")).singleElement().asString().contains("in.txt");
        assertThat(ran).doesNotExist();
    }

    @Test
    void gitRunsNoProgramsOfTheRepository() throws Exception {
        Path ran = directory.resolve("git-ran");
        Path program = Files.writeString(directory.resolve("program"), """
                #!/bin/sh
                touch '%s'
                """.formatted(ran));
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        git(work, "init", "-q");
        git(work, "config", "core.fsmonitor", program.toString());
        git(work, "add", "in.txt");
        Files.copy(program, work.resolve(".git/hooks/post-index-change"));
        Files.deleteIfExists(ran);
        Files.writeString(work.resolve("in.txt"), "INSIDE-TEXT\n"); // so that git status refreshes its index

        List<String> results = results(pool, bash("git status --short") + bash("git diff"), "plan");

        assertThat(results).hasSize(2);
        assertThat(results.getFirst()).contains("in.txt");
        assertThat(ran).doesNotExist();
    }

    private static Path fileBelow(Path parent) throws IOException {
        try (Stream<Path> files = Files.list(parent)) {
            return files.findFirst().orElseThrow();
        }
    }

    private static Path file(String name) throws IOException {
        try (Stream<Path> files = Files.walk(pool.dataDirectory().resolve("claude/projects"))) {
            return files.filter(path -> path.getFileName().toString().equals(name))
                    .filter(path -> name.endsWith(".jsonl") || Files.exists(path.resolve("tool-results")))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static void git(Path directory, String... arguments) throws Exception {
        List<String> command =
                Stream.concat(Stream.of("git"), Stream.of(arguments)).toList();
        assertThat(new ProcessBuilder(command)
                        .directory(directory.toFile())
                        .start()
                        .waitFor())
                .isZero();
    }
}

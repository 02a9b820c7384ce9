package dev.claudepool.benchmark;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

/** A {@code claude} process that was started ahead, as the pool does it, driven by nothing but its pipes. */
final class BareProcess {

    private final Process process;
    private final Children children;
    private final Writer stdin;
    private final BufferedReader stdout;

    private BareProcess(Process process, Children children) {
        this.process = process;
        this.children = children;
        this.stdin = process.outputWriter(UTF_8);
        this.stdout = process.inputReader(UTF_8);
    }

    /** Starts one and waits until it has loaded all that its first turn needs. */
    static BareProcess start(Cli cli, Children children) throws IOException {
        List<String> command = List.of(
                cli.program().toString(),
                "-p",
                "--input-format=stream-json",
                "--output-format=stream-json",
                "--verbose",
                "--include-partial-messages",
                "--strict-mcp-config",
                "--setting-sources=user",
                "--permission-mode=plan",
                "--session-id=" + UUID.randomUUID());
        BareProcess process = new BareProcess(children.start(command, cli.settings()), children);
        process.control("initialize");
        process.control("get_context_usage");
        return process;
    }

    private void control(String subtype) throws IOException {
        write("""
                {"type":"control_request","request_id":"%s","request":{"subtype":"%<s"}}""".formatted(subtype));
        awaitLine("\"type\":\"control_response\"");
    }

    /** Has it carry out a prompt; the time is that from the prompt to the result. */
    Duration turn() throws IOException {
        String prompt = """
                {"type":"user","message":{"role":"user","content":"%s"},"client_composed":true,\
                "parent_tool_use_id":null,"session_id":""}""".formatted(Cli.PROMPT);
        long start = System.nanoTime();
        write(prompt);
        String result = awaitLine("\"type\":\"result\"");
        Duration taken = Duration.ofNanos(System.nanoTime() - start);
        Cli.check(result);
        return taken;
    }

    /** Has it forget what was said, as the pool does between tasks. */
    void clear() throws IOException {
        write("""
                {"type":"user","message":{"role":"user","content":"/clear"},"parent_tool_use_id":null,"session_id":""}""");
        awaitLine("\"type\":\"result\"");
    }

    void end() throws IOException, InterruptedException {
        children.end(process);
    }

    private void write(String line) throws IOException {
        stdin.write(line + "\n");
        stdin.flush();
    }

    private String awaitLine(String part) throws IOException {
        String line = stdout.readLine();
        while (line != null && !line.contains(part)) {
            line = stdout.readLine();
        }
        if (line == null) {
            throw new IllegalStateException("claude ended without " + part);
        }
        return line;
    }
}

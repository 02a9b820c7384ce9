package dev.claudepool.benchmark;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.Writer;
import java.time.Duration;
import java.util.List;

/** A process for each prompt, from its start to its end. */
final class OneShot implements Contender {

    private final Cli cli;
    private final Children children;

    OneShot(Cli cli, Children children) {
        this.cli = cli;
        this.children = children;
    }

    @Override
    public String name() {
        return "one-shot `claude -p`";
    }

    @Override
    public Duration once() throws IOException, InterruptedException {
        List<String> command = List.of(
                cli.program().toString(),
                "-p",
                "--output-format=json",
                "--strict-mcp-config",
                "--setting-sources=user",
                "--permission-mode=plan");
        long start = System.nanoTime();
        Process process = children.start(command, cli.settings());
        try (Writer stdin = process.outputWriter(UTF_8)) {
            stdin.write(Cli.PROMPT);
        }
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        children.end(process);
        Duration taken = Duration.ofNanos(System.nanoTime() - start);
        Cli.check(output);
        return taken;
    }
}

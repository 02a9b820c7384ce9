package dev.claudepool.benchmark;

import dev.claudepool.claude.RealCli;
import dev.claudepool.demo.MessagesApi;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.util.FileSystemUtils;

/**
 * Compares {@code POST /run} with what it replaces and with what it is made of; {@code ./mvnw -q -Pbenchmark verify}
 * runs it. The contenders take turns, so that whatever else the machine does hits all alike. The real CLI talks to a
 * stand-in of the Messages API that answers at once: what is left is the time that the model does not take.
 */
final class RunBenchmark {

    private static final Duration LONGEST_ROUND = Duration.ofSeconds(20);

    private RunBenchmark() {}

    static void main() throws IOException, InterruptedException {
        Options options = Options.read();
        Path directory = Files.createTempDirectory("claude-pool-benchmark");
        try (MessagesApi api = MessagesApi.start();
                Children children = new Children(Files.createDirectory(directory.resolve("work")))) {
            endAllAfter(LONGEST_ROUND.multipliedBy(options.rounds() + options.warmUp()), children);
            Path home = Files.createDirectory(directory.resolve("home"));
            measure(options, directory, new Cli(RealCli.executable(), home, api.uri()), children);
        } finally {
            FileSystemUtils.deleteRecursively(directory);
        }
    }

    private static void measure(Options options, Path directory, Cli cli, Children children)
            throws IOException, InterruptedException {
        Service service = Service.start(options, directory, cli, children);
        BareTurns bare = new BareTurns(cli, children);
        Contender oneShot = new OneShot(cli, children);
        Contender first = bare.first();
        Contender later = bare.later();
        Contender run = new PoolRun(service);
        Contender floor = new HttpFloor(service);
        List<Contender> contenders = List.of(oneShot, first, later, run, floor);
        rounds(options.warmUp(), contenders);
        Report report = new Report(rounds(options.rounds(), contenders), oneShot, first, run);
        System.out.println(report.text(options, service));
    }

    private static Map<Contender, Samples> rounds(int rounds, List<Contender> contenders)
            throws IOException, InterruptedException {
        Map<Contender, Samples> measured = new LinkedHashMap<>();
        contenders.forEach(contender -> measured.put(contender, new Samples()));
        for (int round = 0; round < rounds; round++) {
            for (Contender contender : contenders) {
                contender.prepare();
            }
            for (var entry : measured.entrySet()) {
                entry.getValue().add(entry.getKey().once());
                entry.getKey().rest();
            }
        }
        return measured;
    }

    /** Whoever then still waits for a process hears of its end, and the benchmark fails. */
    private static void endAllAfter(Duration longest, Children children) {
        Thread.ofVirtual().start(() -> {
            try {
                Thread.sleep(longest);
                children.close();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }
}

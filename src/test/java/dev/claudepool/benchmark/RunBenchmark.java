package dev.claudepool.benchmark;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.claudepool.claude.RealCli;
import dev.claudepool.demo.MessagesApi;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.OperatingSystemMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.LoggerFactory;
import org.springframework.util.FileSystemUtils;

/**
 * Compares the service with what it replaces and with what it is made of; {@code ./mvnw -q -Pbenchmark verify} runs it.
 * The real CLI talks to a stand-in of the Messages API that answers at once: what is left is the time that the model
 * does not take.
 */
final class RunBenchmark {

    private static final OperatingSystemMXBean MACHINE = ManagementFactory.getOperatingSystemMXBean();

    private RunBenchmark() {}

    static void main() throws IOException, InterruptedException {
        ((Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME)).setLevel(Level.WARN);
        Options options = Options.read();
        Files.deleteIfExists(options.log());
        Path directory = Files.createTempDirectory("claude-pool-benchmark");
        try (MessagesApi api = MessagesApi.start();
                Children children = new Children(Files.createDirectory(directory.resolve("work")));
                Watchdog _ = new Watchdog(options.longest(), children)) {
            Path home = Files.createDirectory(directory.resolve("home"));
            Cli cli = new Cli(RealCli.executable(), home, api.uri());
            Bench bench = new Bench(options, directory, cli, children);
            for (Part part : options.parts().stream().map(Part::named).toList()) {
                System.out.println(part.measure(bench));
            }
            System.out.printf(
                    "Java %d, %d processors, load at the end %.1f.%n",
                    Runtime.version().feature(), MACHINE.getAvailableProcessors(), MACHINE.getSystemLoadAverage());
        } finally {
            FileSystemUtils.deleteRecursively(directory);
        }
    }
}

package dev.claudepool.benchmark;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.OperatingSystemMXBean;
import java.util.Locale;
import java.util.Map;

/** Puts into words what was measured, as Markdown. */
record Report(Map<Contender, Samples> measured, Contender oneShot, Contender bare, Contender run) {

    private static final OperatingSystemMXBean MACHINE = ManagementFactory.getOperatingSystemMXBean();

    String text(Options options, Service service) throws IOException {
        StringBuilder text = new StringBuilder("""

                | contender | median | p99 | min | times faster than one-shot |
                |---|---:|---:|---:|---:|
                """);
        measured.forEach((contender, samples) -> text.append(line(contender, samples)));
        text.append(String.format(
                Locale.ROOT,
                """

                `POST /run` takes %.1f ms more than the first turn of a bare process, and is %.1f times faster than
                one-shot `claude -p` (medians of %d rounds after %d to warm up; %d slot(s)).

                """,
                median(run) - median(bare),
                median(oneShot) / median(run),
                options.rounds(),
                options.warmUp(),
                options.slots()));
        text.append(String.format(
                Locale.ROOT,
                """
                The service was ready %.1f s after its start and its slots after %.1f s; at the end its JVM had %d MiB
                resident. Java %d, %d processors, load at the end %.1f.
                """,
                service.untilReady().toMillis() / 1e3,
                service.untilIdle().toMillis() / 1e3,
                service.memory(),
                Runtime.version().feature(),
                MACHINE.getAvailableProcessors(),
                MACHINE.getSystemLoadAverage()));
        return text.toString();
    }

    private String line(Contender contender, Samples samples) {
        return String.format(
                Locale.ROOT,
                "| %s | %.1f ms | %.1f ms | %.1f ms | %.1f |%n",
                contender.name(),
                samples.median(),
                samples.percentile(99),
                samples.min(),
                median(oneShot) / samples.median());
    }

    private double median(Contender contender) {
        return measured.getOrDefault(contender, new Samples()).median();
    }
}

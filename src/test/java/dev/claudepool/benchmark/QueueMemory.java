package dev.claudepool.benchmark;

import dev.claudepool.claude.StubCli;
import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.Locale;

/** How much memory the service itself takes with a long queue; its slots hold stubs, which do not count. */
final class QueueMemory implements Part {

    private static final int CLIENTS = 4;

    @Override
    public String measure(Bench bench) throws IOException, InterruptedException {
        Options.Queue queue = bench.options().memory();
        try (Service service = Service.start(
                bench, new ServicePlan("process", queue.slots(), bench.cli().with(StubCli.program())))) {
            ServiceClient client = service.client();
            long before = service.memory();
            client.pause();
            long start = System.nanoTime();
            var _ = Parallel.all(CLIENTS, Collections.nCopies(queue.tasks(), () -> client.submit(Cli.PROMPT)));
            Duration taken = Duration.ofNanos(System.nanoTime() - start);
            long after = service.memory();
            return String.format(
                    Locale.ROOT, """
                    With %d slots and %,d queued tasks, the JVM of the service has %d MiB resident (%d MiB before them); they
                    were submitted one by one over %d connections in %.1f s.
                    """, queue.slots(), client.queued(), after, before, CLIENTS, taken.toMillis() / 1e3);
        }
    }
}

package dev.claudepool.benchmark;

import java.io.IOException;
import java.util.List;
import java.util.Locale;

/**
 * How long one task takes, by {@code POST /run} to a pool which gives each a process of its own, by what the pool
 * replaces, and by what it is made of.
 */
final class ProcessLatency implements Part {

    private static final int COLD = 10;
    /** After the service has been warmed up by itself, for all else that is in the race. */
    private static final int WARM_UP_ROUNDS = 3;

    @Override
    public String measure(Bench bench) throws IOException, InterruptedException {
        Options options = bench.options();
        BareTurns bare = new BareTurns(bench.cli(), bench.children());
        Contender oneShot = new OneShot(bench.cli(), bench.children());
        Contender first = bare.first();
        Contender later = bare.later();
        try (Service service = Service.start(bench, new ServicePlan("process", options.slots(), bench.cli()))) {
            Contender run = new PoolRun(service);
            Contender floor = new HttpFloor(service);
            List<Contender> contenders = List.of(oneShot, first, later, run, floor);
            Samples warmUp = Measured.inTurns(options.warmUp(), List.of(run)).of(run);
            var _ = Measured.inTurns(WARM_UP_ROUNDS, contenders);
            Measured measured = Measured.inTurns(options.rounds(), contenders);
            return table(measured, oneShot)
                    + differences(measured, oneShot, first, run, options)
                    + service(service, warmUp);
        }
    }

    private static String table(Measured measured, Contender oneShot) {
        StringBuilder table = new StringBuilder("""
                | contender | median | p99 | min | times faster than one-shot |
                |---|---:|---:|---:|---:|
                """);
        measured.samples()
                .forEach((contender, samples) -> table.append(String.format(
                        Locale.ROOT,
                        "| %s | %s | %.1f |%n",
                        contender.name(),
                        samples.cells(),
                        measured.median(oneShot) / samples.median())));
        return table.toString();
    }

    private static String differences(
            Measured measured, Contender oneShot, Contender bare, Contender run, Options options) {
        return String.format(
                Locale.ROOT,
                """

                `POST /run` takes %.1f ms more than the first turn of a bare process, and is %.1f times faster than
                one-shot `claude -p` (medians of %d rounds; %d slot(s)). A service runs for weeks, so this one had done
                %d tasks by itself and %d rounds of all before.
                """,
                measured.median(run) - measured.median(bare),
                measured.median(oneShot) / measured.median(run),
                options.rounds(),
                options.slots(),
                options.warmUp(),
                WARM_UP_ROUNDS);
    }

    private static String service(Service service, Samples warmUp) throws IOException {
        Samples cold = warmUp.first(COLD);
        return String.format(
                Locale.ROOT,
                """

                Cold: the first %d requests of the fresh JVM took %.1f ms each (median). It was ready %.1f s after its
                start and its slots after %.1f s; at the end it had %d MiB resident.
                """,
                cold.count(),
                cold.median(),
                service.untilReady().toMillis() / 1e3,
                service.untilIdle().toMillis() / 1e3,
                service.memory());
    }
}

package dev.claudepool.benchmark;

import java.io.IOException;
import java.util.List;
import java.util.Locale;

/**
 * How many tasks are done in a second when there are many, for a pool with either isolation and for what it replaces.
 */
final class Throughput implements Part {

    @Override
    public String measure(Bench bench) throws IOException, InterruptedException {
        Options.Batches options = bench.options().throughput();
        int slots = options.slots();
        // Whose turn it is not, stays idle meanwhile: that takes about 1 % of a core for each slot.
        try (Service process = Service.start(bench, new ServicePlan("process", slots, bench.cli()));
                Service conversation = Service.start(bench, new ServicePlan("conversation", slots, bench.cli()))) {
            int warmUp = bench.options().warmUp();
            var _ = Measured.inTurns(
                    1, List.of(new PoolBatch(process, warmUp, slots), new PoolBatch(conversation, warmUp, slots)));
            List<Batch> batches = List.of(
                    new OneShotBatch(new OneShot(bench.cli(), bench.children()), options.oneShots(), slots),
                    new PoolBatch(process, options.tasks(), slots),
                    new PoolBatch(conversation, options.tasks(), slots));
            return text(Measured.inTurns(options.count(), batches), batches, bench.options());
        }
    }

    private static String text(Measured measured, List<Batch> batches, Options options) {
        StringBuilder text = new StringBuilder("""
                | contender | tasks/s, median | slowest batch | times one-shot |
                |---|---:|---:|---:|
                """);
        double oneShots = perSecond(batches.getFirst(), measured.median(batches.getFirst()));
        for (Batch batch : batches) {
            double perSecond = perSecond(batch, measured.median(batch));
            text.append(String.format(
                    Locale.ROOT,
                    "| %s | %.2f | %.2f | %.1f |%n",
                    batch.name(),
                    perSecond,
                    perSecond(batch, measured.of(batch).max()),
                    perSecond / oneShots));
        }
        text.append(String.format(
                Locale.ROOT,
                """

                %d batches of each in turn, with %d one-shot processes at a time and %<d slots: %d one-shots, or %d tasks,
                which are submitted over %2$d connections and then waited for. The slots are idle when a batch begins;
                each service had done %d tasks by itself before.
                """,
                options.throughput().count(),
                options.throughput().slots(),
                options.throughput().oneShots(),
                options.throughput().tasks(),
                options.warmUp()));
        return text.toString();
    }

    private static double perSecond(Batch batch, double millis) {
        return batch.tasks() / (millis / 1e3);
    }
}
